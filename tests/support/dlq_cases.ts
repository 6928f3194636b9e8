/**
 * What `deno task dlq` does at a real broker, as an operator calls it beside running services.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { organizationChanges } from "@cauce/contracts";
import { createMessaging, type Env, parseMessagingConfig } from "@cauce/messaging";
import { uniqueName } from "./brokers.ts";
import { until } from "./until.ts";

/** A service that gave messages up, and the environment that it shares with the command. */
interface FailingService extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly handled: number[];
  mend(): void;
}

const ROOT = new URL("../..", import.meta.url);
const IN = "organization-changes-in";

/** Registers the cases for a broker whose variables `brokerEnv` resolves with. */
export function testDlq(
  name: string,
  brokerEnv: () => Promise<Readonly<Record<string, string>>>,
): void {
  Deno.test(`${name}: dlq lists, shows, edits, replays and discards what a service gave up`, async () => {
    await using service = await startFailing(await brokerEnv(), ["a", "b", "b"]);
    const { env } = service;

    const listed = await dlq(["list", "--json"], env);
    const { items } = JSON.parse(listed.out);
    const first = items.find(({ key }: { key: string }) => key === "a");
    deepStrictEqual(items.map(({ key }: { key: string }) => key).sort(), ["a", "b", "b"]);
    match((await dlq(["list"], env)).out, /^ID +SINCE +KEY +TRIES +STATE +REASON\n/);
    match((await dlq(["list", "--grouped"], env)).out, /\n3 .* Error: Cannot digest\n$/);
    match((await dlq(["show", first.id], env)).out, /^payload +\{"organizationId":"a"/m);

    const payload = JSON.stringify({ ...first.payload, version: 7 });
    strictEqual((await dlq(["edit", first.id, "--payload", payload], env)).code, 0);
    const bad = await dlq(["edit", first.id, "--payload", "{}"], env);
    deepStrictEqual([bad.code, bad.err.includes("does not fit channel")], [1, true]);

    service.mend();
    const dry = await dlq(["replay", "--key", "a", "--dry-run", "--json"], env);
    strictEqual(JSON.parse(dry.out).matched, 1);
    strictEqual(service.handled.length, 0);
    const unasked = await dlq(["replay", "--key", "a"], env);
    deepStrictEqual([unasked.code, unasked.err.includes("--yes")], [2, true]);
    const replayed = await dlq(["replay", "--key", "a", "--rate", "50", "--yes"], env);
    match(replayed.out, /^Replayed 1 of 1 from error\./);
    await until(() => service.handled.length > 0, "the edited change is handled");
    deepStrictEqual(service.handled, [7]);

    const discarded = await dlq(["discard", "--reason", "digest", "--yes", "--by", "ana"], env);
    match(discarded.out, /^Discarded 2 of 2 /);
    match((await dlq(["list"], env)).out, /^No dead letters in error\./);
    const history = JSON.parse((await dlq(["show", first.id, "--json"], env)).out);
    deepStrictEqual(
      [history.state, history.acts.map(({ kind }: { kind: string }) => kind)],
      ["replayed", ["edited", "claimed", "replayed"]],
    );
    strictEqual((await dlq(["show", "none"], env)).code, 1);
  });

  Deno.test(`${name}: dlq that is interrupted ends after a step and says how far it came`, async () => {
    const keys = Array.from({ length: 6 }, (_, index) => `k${index}`);
    await using service = await startFailing(await brokerEnv(), keys);
    service.mend();

    const child = startDlq(["replay", "--rate", "1", "--yes"], service.env);
    await until(() => service.handled.length > 0, "the first is replayed");
    child.kill("SIGINT");
    const { code, stdout } = await child.output();

    strictEqual(code, 130);
    match(new TextDecoder().decode(stdout), /^Replayed \d of 6 from error\./);
    const { items } = JSON.parse((await dlq(["list", "--json"], service.env)).out);
    ok(items.length > 0 && items.length < 6, `${items.length} are left`);
  });
}

async function startFailing(
  brokerEnv: Readonly<Record<string, string>>,
  keys: readonly string[],
): Promise<FailingService> {
  const destination = uniqueName("dlq");
  const env = {
    ...brokerEnv,
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: destination,
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_MAX_ATTEMPTS: "1",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATION: destination,
  };
  const handled: number[] = [];
  let [isMended, given] = [false, 0];
  const messaging = createMessaging({
    config: parseMessagingConfig(env as Env, { bindings: [IN, "organization-changes-out"] }),
    application: "failing",
    observe: ({ kind }) => given += kind === "dead-lettered" ? 1 : 0,
  });
  // deno-lint-ignore require-await -- a failure must arrive as a rejection
  messaging.sink(organizationChanges, async ({ payload }) => {
    if (!isMended) throw new Error("Cannot digest");
    handled.push(payload.version);
  }, { group: "licensing" });
  messaging.start();
  await messaging.source(organizationChanges).sendBatch(keys.map((organizationId) => ({
    payload: { organizationId, action: "CREATED", version: 1, correlationId: "c" },
  })));
  await until(() => given >= keys.length, "all are dead-lettered");
  return {
    env,
    handled,
    mend: () => isMended = true,
    [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose](),
  };
}

async function dlq(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await startDlq(args, env).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** As the task does it: its process would have this one for a child that no signal reaches. */
function startDlq(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  const task: string = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).tasks.dlq
    .command;
  const [, ...words] = task.split(" ");
  return new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
