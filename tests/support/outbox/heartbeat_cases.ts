/**
 * What the relay promises about heartbeats: whatever was committed before one on its partition was
 * sent before it.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { partitionOf } from "@cauce/messaging";
import type { OutboxStore } from "@cauce/messaging/outbox";
import { until } from "../until.ts";
import { type OutboxCase, pause } from "./case.ts";
import { createRecordingSource, type StoredBeat } from "./recording_source.ts";
import { LEASE_MS, record, startRelay } from "./world.ts";

const PARTITIONS = [0, 1, 2, 3];
const HEARTBEAT_MS = 20;
const fast = { heartbeatMs: HEARTBEAT_MS };

const idle: OutboxCase = {
  title: "where nothing waits, heartbeats of every partition say now, again and again",
  async run(world) {
    const { source, beats } = createRecordingSource();
    const startedAt = Date.now();

    await using relay = startRelay(world, source, fast);
    await until(() => beats.length >= 12, "three rounds of heartbeats");

    const [first, second] = [beats.slice(0, 4), beats.slice(4, 8)];
    deepStrictEqual(first.map(({ partition }) => partition), PARTITIONS);
    for (const [index, { time }] of first.entries()) {
      ok(time >= startedAt && time <= Date.now());
      ok(timeOf(second, index) > time);
    }
    deepStrictEqual(relay.status().heartbeats.length, 4);
  },
};

const truthful: OutboxCase = {
  title: "what was committed before a heartbeat's time was sent before the heartbeat",
  async run(world) {
    const { source, stored, beats } = createRecordingSource({ meddle: () => pause(5) });
    const committed: { readonly key: string; readonly at: number }[] = [];

    await using _relay = startRelay(world, source, { heartbeatMs: 1 });
    for (let version = 1; version <= 60; version += 1) {
      const key = `k${version}`;
      await record(world, { key, version });
      committed.push({ key, at: Date.now() });
      if (version % 7 === 0) await pause(10);
    }
    const end = Date.now();
    await until(() => beats.some(({ time }) => time > end), "a heartbeat behind all");

    for (const beat of beats) {
      const sent = new Set(stored.slice(0, beat.behind).map((event) => event.organizationId));
      const missing = committed.filter(({ key, at }) =>
        partitionOf(key, 4) === beat.partition && at < beat.time && !sent.has(key)
      );
      deepStrictEqual(missing, []);
    }
  },
};

const waiting: OutboxCase = {
  title: "a heartbeat goes no further than the oldest event that waits in its partition",
  async run(world) {
    const { source, stored, beats } = createRecordingSource();
    const partition = partitionOf("late", 4);
    const happenedAt = Date.now() - 60_000;
    let isHidden = true;
    await record(world, { key: "late", version: 1, time: happenedAt });
    await record(world, { key: "late", version: 2 });
    const { store } = world;
    const hiding: OutboxStore = {
      ...store,
      unpublished: (...args) => isHidden ? Promise.resolve([]) : store.unpublished(...args),
    };

    await using _relay = startRelay(world, source, { ...fast, store: hiding });
    await until(() => beats.length >= 8, "heartbeats while the events wait");
    isHidden = false;
    await until(() => timeOf(beats.slice(-4), partition) > happenedAt, "one that goes further");

    for (const beat of beats.filter(({ behind }) => behind === 0)) {
      if (beat.partition === partition) strictEqual(beat.time, happenedAt);
      else ok(beat.time > happenedAt);
    }
    strictEqual(stored.length, 2);
  },
};

const aside: OutboxCase = {
  title: "a heartbeat goes no further than an event that was set aside",
  async run(world) {
    const { source, beats } = createRecordingSource();
    const partition = partitionOf("unfit", 4);
    const happenedAt = Date.now() - 60_000;
    await record(world, { key: "unfit", version: 1, time: happenedAt, payload: { bad: true } });

    await using _relay = startRelay(world, source, fast);
    await until(() => beats.length >= 12, "heartbeats");

    for (const beat of beats) {
      strictEqual(beat.time === happenedAt, beat.partition === partition);
    }
  },
};

const meanwhile: OutboxCase = {
  title: "a heartbeat does not speak of what is committed while it is asked what waits",
  async run(world) {
    const { source, beats } = createRecordingSource();
    const { store } = world;
    let happenedAt: number | undefined;
    const slow: OutboxStore = {
      ...store,
      async oldestUnpublished(channel, lease) {
        const oldest = await store.oldestUnpublished(channel, lease);
        if (happenedAt === undefined) {
          happenedAt = Date.now();
          await record(world, { key: "a", version: 1, time: happenedAt });
          await pause(30); // So that a clock read afterwards shows another time.
        }
        return oldest;
      },
    };

    await using _relay = startRelay(world, source, { ...fast, store: slow });
    await until(() => beats.length >= 4, "the first heartbeats");

    ok(timeOf(beats, partitionOf("a", 4)) <= (happenedAt ?? 0));
  },
};

const stalled: OutboxCase = {
  title: "a relay whose batch is on its way for long says nothing meanwhile",
  async run(world) {
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const { source, stored, beats } = createRecordingSource({
      meddle: async (batch) => {
        if (batch.length === 0) return;
        reached.resolve();
        await goOn.promise;
      },
    });
    await record(world, { key: "a", version: 1 });

    await using _relay = startRelay(world, source, fast);
    await reached.promise;
    await pause(10 * HEARTBEAT_MS); // To prove that nothing is said in it.
    const before = beats.length;
    goOn.resolve();
    await until(() => beats.length > 0, "heartbeats behind the batch");

    strictEqual(before, 0);
    strictEqual(beats[0]?.behind, 1);
    strictEqual(stored.length, 1);
  },
};

const owned: OutboxCase = {
  title: "a relay speaks of the partitions it holds, and says nothing once its lease has ended",
  async run(world) {
    const { store } = world;
    let isDead = false;
    const mortal: OutboxStore = {
      ...store,
      lease: (options) => isDead ? Promise.reject(new Error("dead")) : store.lease(options),
    };
    const [first, second] = [createRecordingSource(), createRecordingSource()];
    await using one = startRelay(world, first.source, { ...fast, store: mortal });
    await until(() => first.beats.length > 0, "the first relay at work");
    await using other = startRelay(world, second.source, fast);
    await pause(5 * HEARTBEAT_MS); // To prove that the second one says nothing.
    strictEqual(second.beats.length, 0);

    isDead = true;
    await until(() => other.status().partitions.length === 4, "the second relay at work");
    const said = first.beats.length;
    await until(() => second.beats.length > 0, "its heartbeats", { timeoutMs: LEASE_MS });
    await pause(5 * HEARTBEAT_MS); // To prove that the first one says nothing any more.

    strictEqual(first.beats.length, said);
    deepStrictEqual(one.status().heartbeats, []);
  },
};

const refused: OutboxCase = {
  title: "a heartbeat that the broker refuses is an error like a batch, and the next one goes out",
  async run(world) {
    let refusals = 0;
    const { source, beats } = createRecordingSource({
      meddle: () => ++refusals <= 2 ? Promise.reject(new Error("away")) : Promise.resolve(),
    });

    await using relay = startRelay(world, source, fast);
    await until(() => relay.status().error?.message === "away", "the error");
    await until(() => beats.length > 0, "a heartbeat");

    await until(() => relay.status().error === undefined, "a relay without an error");
  },
};

const silent: OutboxCase = {
  title: "without a time for heartbeats there are none",
  async run(world) {
    const { source, stored, beats } = createRecordingSource();

    await using _relay = startRelay(world, source);
    await record(world, { key: "a", version: 1 });
    await until(() => stored.length === 1, "the event");
    await pause(5 * HEARTBEAT_MS); // To prove that nothing is said.

    deepStrictEqual(beats, []);
  },
};

function timeOf(beats: readonly StoredBeat[], partition: number): number {
  return beats.find((beat) => beat.partition === partition)?.time ?? NaN;
}

/** What is said of partitions. */
export const heartbeatCases: readonly OutboxCase[] = [
  idle,
  truthful,
  waiting,
  aside,
  meanwhile,
  stalled,
  owned,
  refused,
  silent,
];
