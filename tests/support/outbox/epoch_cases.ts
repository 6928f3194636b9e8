/**
 * What the relay promises where a broker can lose what it confirmed.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { partitionOf } from "@cauce/messaging";
import { until } from "../until.ts";
import { type OutboxCase, pause } from "./case.ts";
import { createRecordingSource, versionsOf } from "./recording_source.ts";
import { CHANNEL, type OutboxWorld, record, startRelay } from "./world.ts";

const PARTITIONS = [0, 1, 2, 3];
const HEARTBEAT_MS = 20;
const fast = { heartbeatMs: HEARTBEAT_MS };
const MINUTE_MS = 60_000;

const changed: OutboxCase = {
  title:
    "when the broker may have lost something, the last minute is sent again before a heartbeat",
  async run(world) {
    const broker = createBroker();
    const { source, stored, beats } = broker;
    await publishedAt(world, { key: "a", version: 1 }, Date.now() - 2 * MINUTE_MS);
    await using _relay = startRelay(world, source, fast);
    const recordedAt = Date.now();
    await record(world, { key: "a", version: 2 });
    await until(
      () => beats.some((beat) => beat.behind === 1 && beat.time > recordedAt),
      "a heartbeat behind the event",
    );

    broker.fail();
    await until(() => stored.length > 0, "the event again");
    await until(() => beats.at(-1)?.behind === 1, "a heartbeat behind it");

    deepStrictEqual(versionsOf(stored, "a"), [2]);
    // The broker has nothing any more: who says more than the event's time says an untruth.
    const untrue = beats.filter((beat) =>
      beat.epoch === "2" && beat.behind === 0 && beat.partition === partitionOf("a", 4) &&
      beat.time > recordedAt + 50
    );
    deepStrictEqual(untrue, []);
  },
};

const restarted: OutboxCase = {
  title: "a relay that was away when the broker may have lost something sends it again",
  async run(world) {
    const broker = createBroker();
    const first = startRelay(world, broker.source, fast);
    await record(world, { key: "a", version: 1 });
    await until(() => broker.beats.some(({ behind }) => behind === 1), "the event at the broker");
    await first[Symbol.asyncDispose]();

    broker.fail();
    await using _second = startRelay(world, broker.source, fast);
    await until(() => broker.stored.length > 0, "the event again");

    deepStrictEqual(versionsOf(broker.stored, "a"), [1]);
  },
};

const longAgo: OutboxCase = {
  title: "what is sent again begins a minute before the broker was known to be whole",
  async run(world) {
    const broker = createBroker();
    const seenAt = Date.now() - 30 * MINUTE_MS;
    await publishedAt(world, { key: "a", version: 1 }, seenAt - 2 * MINUTE_MS);
    await publishedAt(world, { key: "a", version: 2 }, seenAt - MINUTE_MS / 2);
    const seen = PARTITIONS.map((partition) => [partition, { epoch: "0", seenAt }] as const);
    await world.store.rememberEpochs(CHANNEL, new Map(seen));

    await using _relay = startRelay(world, broker.source, fast);
    await until(() => broker.stored.length > 0, "the event again");
    await until(() => broker.beats.at(-1)?.behind === 1, "a heartbeat behind it");

    deepStrictEqual(versionsOf(broker.stored, "a"), [2]);
  },
};

const silently: OutboxCase = {
  title: "what the broker may have lost is sent again where there are no heartbeats, too",
  async run(world) {
    const broker = createBroker();
    await using _relay = startRelay(world, broker.source);
    await record(world, { key: "a", version: 1 });
    await until(() => broker.stored.length === 1, "the event");
    await until(async () => (await world.store.epochs(CHANNEL)).size === 4, "a first look");

    broker.fail();
    await until(() => broker.stored.length > 0, "the event again");

    deepStrictEqual(broker.beats, []);
  },
};

const first: OutboxCase = {
  title: "a broker that is seen for the first time, and one that stays, are sent nothing again",
  async run(world) {
    const { source, stored, beats } = createBroker();
    await publishedAt(world, { key: "a", version: 1 }, Date.now());

    await using _relay = startRelay(world, source, fast);
    await until(() => beats.length >= 12, "heartbeats");

    strictEqual(stored.length, 0);
    deepStrictEqual(
      [...await world.store.epochs(CHANNEL)].map(([partition, { epoch }]) => [partition, epoch]),
      PARTITIONS.map((partition) => [partition, "1"]),
    );
  },
};

const between: OutboxCase = {
  title: "a heartbeat that was made before the broker lost something is not sent after it",
  async run(world) {
    const broker = createBroker();
    const { store } = world;
    let hasFailed = false;
    await using relay = startRelay(world, broker.source, {
      ...fast,
      store: {
        ...store,
        async oldestUnpublished(channel, lease) {
          const oldest = await store.oldestUnpublished(channel, lease);
          if (broker.stored.length === 1 && !hasFailed) {
            hasFailed = true;
            broker.fail();
          }
          return oldest;
        },
      },
    });
    await record(world, { key: "a", version: 1 });
    await until(() => hasFailed, "the loss");
    await until(() => broker.stored.length === 1, "the event again");
    await until(() => relay.status().error === undefined, "a relay without an error");
    await until(() => broker.beats.at(-1)?.behind === 1, "a heartbeat behind it");

    ok(broker.beats.every(({ epoch, stands }) => epoch === stands));
  },
};

/** A broker that can lose everything, and has another epoch from then on. */
function createBroker() {
  let epoch = 1;
  const recording = createRecordingSource({ epochs: () => PARTITIONS.map(() => String(epoch)) });
  return {
    ...recording,
    fail() {
      recording.stored.length = 0;
      epoch += 1;
    },
  };
}

/** An event that was published at that time. */
async function publishedAt(
  world: OutboxWorld,
  event: { readonly key: string; readonly version: number },
  time: number,
): Promise<void> {
  const { store } = world;
  const owner = crypto.randomUUID();
  await record(world, { ...event, time });
  const lease = await store.lease({ channel: CHANNEL, partitionCount: 4, owner, leaseMs: 5000 });
  await store.markPublished(await store.unpublished(CHANNEL, lease, 10), lease, time);
  await store.release(CHANNEL, owner);
  await pause(1); // So that what comes next is later.
}

/** What a relay does when messages may be gone. */
export const epochCases: readonly OutboxCase[] = [
  changed,
  restarted,
  longAgo,
  silently,
  first,
  between,
];
