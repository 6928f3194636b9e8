import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import type { Binder, Receive } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/redis";
import { Redis } from "ioredis";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { startServiceProcess } from "../support/processes.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";

const MESSAGES = 300;
// A lease of 5 s, and what a busy machine needs.
const TAKEOVER_MS = 15_000;

Deno.test("a member that hangs is replaced, and is told when it wakes up", async () => {
  await using scene = await openScene();
  const victim = scene.victim;
  await until(() => handled(victim.lines).length > 30, "the victim to work");

  victim.signal("SIGSTOP");
  const before = handled(victim.lines).length;
  await until(() => scene.received.at(-1) === `${MESSAGES - 1}`, "the end", {
    timeoutMs: TAKEOVER_MS,
  });
  victim.signal("SIGCONT");
  await until(
    () => victim.lines.some((line) => line.startsWith("aborted")),
    "the victim to be told",
  );

  assertTakenOver(handled(victim.lines).slice(0, before + 1), scene.received);
  const late = handled(victim.lines).length - before;
  ok(late <= 1, `the victim handled ${late} more messages after it woke up`);
});

Deno.test("a commit by a former owner is refused and moves nothing", async () => {
  const url = await redisUrl();
  const client = new Redis(url);
  const script = await Deno.readTextFile(
    new URL(
      "../../messaging/binders/redis/scripts/commit.lua",
      import.meta.url,
    ),
  );
  const destination = uniqueName("fenced");
  const binder = createBinder({
    env: { REDIS_URL: url },
    logger: silentLogger,
    clientId: "owner",
  });
  const epochs: number[] = [];
  const receive: Receive = ({ token }) => {
    epochs.push(token);
    return { deliver: async () => {}, drain: async () => {} };
  };
  const place = {
    group: "g",
    startOffset: "earliest",
    partitionCount: 1,
  } as const;
  const stream = `{${destination}:0}`;
  const keys = [stream, `${stream}:lease:g`] as const;
  const commit = (owner: string, epoch: number) =>
    client.eval(script, 2, ...keys, "g", owner, epoch, "9-0", "9");
  const position = async () => (await client.xinfo("GROUPS", stream) as unknown[][])[0]?.[7];
  try {
    const first = await binder.bindConsumer(
      destination,
      place,
      receive,
    );
    const owner = await client.hget(keys[1], "owner") ?? "";
    await first[Symbol.asyncDispose]();
    await binder.bindConsumer(destination, place, receive);

    const [old = 0, now = 0] = epochs;
    const next = await client.hget(keys[1], "owner") ?? "";
    deepStrictEqual([await commit(owner, old), await position()], [0, "0-0"]);
    deepStrictEqual([await commit(next, old), await position()], [0, "0-0"]);
    deepStrictEqual([await commit(owner, now), await position()], [0, "0-0"]);
    deepStrictEqual([await commit(next, now), await position()], [1, "9-0"]);
  } finally {
    await binder[Symbol.asyncDispose]();
    client.disconnect();
  }
});

interface Scene extends AsyncDisposable {
  readonly victim: Awaited<ReturnType<typeof startServiceProcess>>;
  /** What the surviving member got, in order. */
  readonly received: readonly string[];
}

/** A victim that owns the only partition, a survivor in its group, and messages on their way. */
async function openScene(): Promise<Scene> {
  const url = await redisUrl();
  const [destination, group] = [uniqueName("takeover"), uniqueName("g")];
  await using opened = new AsyncDisposableStack();
  const binder = opened.use(createBinder({
    env: { REDIS_URL: url },
    logger: silentLogger,
    clientId: "survivor",
  }));
  const victim = opened.use(
    await startServiceProcess({
      args: [
        "run",
        "--no-prompt",
        "--allow-net",
        "--allow-env",
        "tests/faults/redis_member.ts",
        destination,
        group,
      ],
      env: { REDIS_URL: url },
      readyLine: "owns",
    }),
  );
  const received: string[] = [];
  await survive(binder, { destination, group, received });
  await publish(binder, destination);
  const rest = opened.move();
  return { victim, received, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

async function survive(
  binder: Binder,
  place: { destination: string; group: string; received: string[] },
): Promise<void> {
  const { destination, group, received } = place;
  const decoder = new TextDecoder();
  await binder.bindConsumer(
    destination,
    { group, startOffset: "earliest", partitionCount: 1 },
    (assignment) => ({
      // deno-lint-ignore require-await -- the port wants a promise
      async deliver(batch) {
        for (const { body, offset } of batch) {
          received.push(decoder.decode(body));
          assignment.settle(offset);
        }
      },
      drain: () => Promise.resolve(),
    }),
  );
}

async function publish(binder: Binder, destination: string): Promise<void> {
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: [],
  });
  const encoder = new TextEncoder();
  const batch = Array.from({ length: MESSAGES }, (_, index) => ({
    key: "key",
    partition: 0,
    headers: {},
    body: encoder.encode(`${index}`),
  }));
  await producer.send(batch, AbortSignal.timeout(10_000));
}

function handled(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith("handled"))
    .map((line) => line.split(" ")[1] ?? "");
}

/** Nothing is missing, nothing is out of order, and only what was not committed yet comes twice. */
function assertTakenOver(
  before: readonly string[],
  after: readonly string[],
): void {
  const first = Number(after[0]);
  deepStrictEqual(
    after,
    Array.from({ length: MESSAGES - first }, (_, i) => `${first + i}`),
  );
  strictEqual(before[0], "0");
  ok(first <= before.length, `"${before.length}" is missing`);
  const repeats = before.length - first;
  say(`redis: ${repeats} of ${before.length} handled messages came again`);
  ok(repeats <= 50, `${repeats} messages came again`);
}
