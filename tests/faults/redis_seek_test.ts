import { deepStrictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import type { ConsumerBinding } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/redis";
import { Redis } from "ioredis";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { startServiceProcess } from "../support/processes.ts";
import { until } from "../support/until.ts";

// A lease of 5 s, and what a busy machine needs.
const TAKEOVER_MS = 15_000;

Deno.test("a member that hangs holds a seek up for no longer than its lease", async () => {
  await using scene = await openScene();
  await using victim = await startServiceProcess({
    args: [
      ...["run", "--no-prompt", "--allow-net", "--allow-env", "tests/faults/redis_member.ts"],
      ...[scene.destination, "g"],
    ],
    env: { REDIS_URL: await redisUrl() },
    readyLine: "owns",
  });
  const survivor = await scene.join();
  await scene.send(["0", "1"]);
  await until(() => victim.lines.includes(`handled 1 ${tokenOf(victim.lines)}`), "both handled");

  victim.signal("SIGSTOP");
  await survivor.seek("earliest", AbortSignal.timeout(TAKEOVER_MS));

  await until(() => scene.received.length >= 2, "both again");
  victim.signal("SIGCONT");
  await until(() => victim.lines.some((line) => line.startsWith("aborted")), "it to be told");
  deepStrictEqual(scene.received, ["0", "1"]);
});

Deno.test("who asked for a partition and went away keeps it from the group for a moment only", async () => {
  await using scene = await openScene();
  const binding = await scene.join();
  await until(() => binding.partitions().length === 1, "the partition");

  await scene.claim("nobody");
  await until(() => binding.partitions().length === 0, "the owner to give it back");
  await scene.send(["0"]);

  await until(() => scene.received.length > 0, "the message");
  deepStrictEqual(await scene.leaseField("claimant"), null);
});

interface Scene extends AsyncDisposable {
  readonly destination: string;
  /** What members of this process got, in order. */
  readonly received: readonly string[];
  join(): Promise<ConsumerBinding>;
  send(texts: readonly string[]): Promise<void>;
  /** Asks for the partition as a seek does, and never comes back for it. */
  claim(claimant: string): Promise<void>;
  leaseField(name: string): Promise<string | null>;
}

/** A destination of one partition. */
async function openScene(): Promise<Scene> {
  const url = await redisUrl();
  const script = new URL("../../messaging/binders/redis/scripts/take.lua", import.meta.url);
  const take = await Deno.readTextFile(script);
  const destination = uniqueName("seek");
  const stream = `{${destination}:0}`;
  const lease = `${stream}:lease:g`;
  const client = new Redis(url);
  const binder = createBinder({
    env: { REDIS_URL: url },
    logger: silentLogger,
    clientId: "seek",
  });
  const producer = await binder.bindProducer(destination, {
    partitionCount: 1,
    requiredGroups: ["g"],
  });
  const received: string[] = [];
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
  const place = { group: "g", startOffset: "earliest", partitionCount: 1 } as const;
  return {
    destination,
    received,
    join: () =>
      binder.bindConsumer(destination, place, ({ settle }) => ({
        // deno-lint-ignore require-await -- the port wants a promise
        async deliver(batch) {
          for (const { body, offset } of batch) {
            received.push(decoder.decode(body));
            settle(offset);
          }
        },
        drain: () => Promise.resolve(),
      })),
    send: (texts) =>
      producer.send(
        texts.map((text) => ({
          key: "key",
          partition: 0,
          headers: {},
          body: encoder.encode(text),
        })),
        AbortSignal.timeout(10_000),
      ),
    claim: async (claimant) =>
      void await client.eval(take, 2, stream, lease, "g", claimant, 5000, 1000),
    leaseField: (name) => client.hget(lease, name),
    async [Symbol.asyncDispose]() {
      await binder[Symbol.asyncDispose]();
      client.disconnect();
    },
  };
}

function tokenOf(lines: readonly string[]): string {
  return lines.find((line) => line.startsWith("handled"))?.split(" ")[2] ?? "";
}
