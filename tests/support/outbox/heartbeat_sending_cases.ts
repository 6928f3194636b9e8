/**
 * What the relay promises about when it sends heartbeats, and when it does not.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { OutboxStore } from "@cauce/messaging/outbox";
import { until } from "../until.ts";
import { type OutboxCase, pause } from "./case.ts";
import { createRecordingSource } from "./recording_source.ts";
import { LEASE_MS, record, startRelay } from "./world.ts";

const HEARTBEAT_MS = 20;
const fast = { heartbeatMs: HEARTBEAT_MS };

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

/** When something is said. */
export const heartbeatSendingCases: readonly OutboxCase[] = [stalled, owned, refused, silent];
