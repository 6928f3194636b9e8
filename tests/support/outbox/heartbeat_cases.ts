/**
 * What the relay promises about heartbeats: whatever was committed before one on its partition was
 * sent before it.
 *
 * @module
 */

import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { partitionOf } from "@cauce/messaging";
import type { OutboxStore } from "@cauce/messaging/outbox";
import { until } from "../until.ts";
import { type OutboxCase, pause } from "./case.ts";
import { heartbeatSendingCases } from "./heartbeat_sending_cases.ts";
import { createRecordingSource, type StoredBeat } from "./recording_source.ts";
import { record, recordIn, startRelay } from "./world.ts";

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

const backlog: OutboxCase = {
  title: "behind a long backlog no heartbeat goes further than what waits, of whichever partition",
  async run(world) {
    const { source, beats } = createRecordingSource();
    const [crowded, other] = [partitionOf("late", 4), partitionOf("other", 4)];
    await world.database.transaction(async (transaction) => {
      for (let version = 1; version <= 1200; version += 1) {
        await recordIn(transaction, { key: "late", version, time: version });
      }
      await recordIn(transaction, { key: "other", version: 1, time: 5000 });
    });
    const { store } = world;

    await using _relay = startRelay(world, source, {
      ...fast,
      store: { ...store, unpublished: () => Promise.resolve([]) },
    });
    await until(() => beats.length >= 4, "heartbeats");

    notStrictEqual(crowded, other);
    strictEqual(timeOf(beats, crowded), 1);
    ok(timeOf(beats, other) <= 5000);
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

function timeOf(beats: readonly StoredBeat[], partition: number): number {
  return beats.find((beat) => beat.partition === partition)?.time ?? NaN;
}

/** What is said of partitions. */
export const heartbeatCases: readonly OutboxCase[] = [
  idle,
  truthful,
  waiting,
  backlog,
  aside,
  meanwhile,
  ...heartbeatSendingCases,
];
