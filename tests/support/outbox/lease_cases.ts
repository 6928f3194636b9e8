/**
 * What relays that share an outbox promise about each other.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { OutboxStore } from "@cauce/messaging/outbox";
import { until } from "../until.ts";
import { type OutboxCase, pause, range } from "./case.ts";
import { createRecordingSource, firstVersionsOf } from "./recording_source.ts";
import { CHANNEL, LEASE_MS, type OutboxWorld, record, recordMany, startRelay } from "./world.ts";

const dead: OutboxCase = {
  title: "the partitions of a relay that died are published by another after its lease",
  async run(world) {
    const { store, die } = mortalStore(world);
    const { source, stored } = createRecordingSource();
    await using first = startRelay(world, source, { store });
    await until(() => first.status().partitions.length === 4, "the first relay at work");
    await using second = startRelay(world, source);
    await record(world, { key: "a", version: 1 });
    await until(() => stored.length === 1, "the first event");

    die();
    const diedAt = performance.now();
    await record(world, { key: "a", version: 2 });
    await until(() => firstVersionsOf(stored, "a").length === 2, "the second relay at work");

    ok(performance.now() - diedAt < 2 * LEASE_MS + 500);
    strictEqual(second.status().partitions.length, 4);
    deepStrictEqual(firstVersionsOf(stored, "a"), [1, 2]);
  },
};

const leaving: OutboxCase = {
  title: "a relay that leaves hands its partitions over at once",
  async run(world) {
    const { source, stored } = createRecordingSource();
    const first = startRelay(world, source);
    await until(() => first.status().partitions.length === 4, "the first relay at work");
    await using second = startRelay(world, source);
    await pause(300); // Past the time in which the second may not ask again.

    const leftAt = performance.now();
    await first[Symbol.asyncDispose]();
    await until(() => second.status().partitions.length === 4, "the second relay at work");
    const tookMs = performance.now() - leftAt;
    await record(world, { key: "a", version: 1 });
    await until(() => stored.length === 1, "the event");

    ok(tookMs < LEASE_MS / 2, `the hand-over took ${tookMs} ms`);
  },
};

const fenced: OutboxCase = {
  title: "a relay that lost its lease marks nothing, so nothing is taken for published",
  async run(world) {
    const { store } = world;
    await record(world, { key: "a", version: 1 });
    const options = { channel: CHANNEL, partitionCount: 1, leaseMs: 100 };
    const mine = await store.lease({ ...options, owner: "first" });
    const rows = await store.unpublished(CHANNEL, mine, 10);
    const lost = async () => {
      const lease = await store.lease({ ...options, owner: "second", leaseMs: 60_000 });
      return lease.partitions.length === 1;
    };

    await until(lost, "the lease in other hands");
    await store.markPublished(rows, mine, Date.now());
    const regained = await store.lease({ ...options, owner: "first" });

    deepStrictEqual(regained.partitions, []);
    strictEqual(rows.length, 1);
    strictEqual((await store.backlog(CHANNEL)).rows, 1);
  },
};

const halted: OutboxCase = {
  title: "a batch on its way is aborted when the lease can no longer be renewed",
  async run(world) {
    const { store, die } = mortalStore(world);
    const aborted = Promise.withResolvers<number>();
    const { source, stored } = createRecordingSource({
      meddle: (_batch, signal) => {
        const startedAt = performance.now();
        signal?.addEventListener("abort", () => aborted.resolve(performance.now() - startedAt));
        die();
        return new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        });
      },
    });
    await record(world, { key: "a", version: 1 });

    await using _relay = startRelay(world, source, { store });
    const tookMs = await aborted.promise;

    ok(tookMs < LEASE_MS, `the batch was aborted after ${tookMs} ms of a lease of ${LEASE_MS} ms`);
    deepStrictEqual(stored, []);
  },
};

const slow: OutboxCase = {
  title: "a batch may take longer than the lease: the lease is renewed meanwhile",
  async run(world) {
    let sends = 0;
    const { source, stored } = createRecordingSource({
      meddle: () => ++sends === 1 ? pause(LEASE_MS * 2) : Promise.resolve(),
    });
    await recordMany(world, "a", 3);

    await using _first = startRelay(world, source);
    await until(() => sends === 1, "the first batch on its way");
    await using second = startRelay(world, source);
    await until(() => stored.length > 0, "the batch");

    strictEqual(second.status().partitions.length, 0);
    deepStrictEqual(firstVersionsOf(stored, "a"), range(1, 3));
    strictEqual(sends, 1);
  },
};

const counts: OutboxCase = {
  title: "relays that count the partitions differently are never at work together",
  async run({ store }) {
    const options = { channel: CHANNEL, leaseMs: 60_000 };
    await store.lease({ ...options, partitionCount: 4, owner: "four" });

    const refused = await store.lease({ ...options, partitionCount: 8, owner: "eight" });
    await store.release(CHANNEL, "four");
    const granted = await store.lease({ ...options, partitionCount: 8, owner: "eight" });

    deepStrictEqual(refused.partitions, []);
    deepStrictEqual(granted.partitions, range(0, 7));
  },
};

/** A store whose relay can be cut off from the database for good, as if its process had died. */
function mortalStore(world: OutboxWorld): { store: OutboxStore; die: () => void } {
  const store = world.subject.createStore(world.database);
  let isDead = false;
  const guard = <A extends unknown[], R>(method: (...args: A) => Promise<R>) => (...args: A) =>
    isDead ? Promise.reject<R>(new Error("dead")) : method(...args);
  const mortal: OutboxStore = {
    lease: guard((options) => store.lease(options)),
    release: guard((channel, owner) => store.release(channel, owner)),
    unpublished: guard((...args) => store.unpublished(...args)),
    oldestUnpublished: guard((...args) => store.oldestUnpublished(...args)),
    markPublished: guard((...args) => store.markPublished(...args)),
    quarantine: guard((...args) => store.quarantine(...args)),
    backlog: guard((channel) => store.backlog(channel)),
    republishSince: guard((...args) => store.republishSince(...args)),
    republishSent: guard((...args) => store.republishSent(...args)),
    epochs: guard((channel) => store.epochs(channel)),
    rememberEpochs: guard((...args) => store.rememberEpochs(...args)),
    prune: guard((time) => store.prune(time)),
    onEvents: (wake) => store.onEvents(wake),
  };
  return { store: mortal, die: () => isDead = true };
}

/** Who publishes a partition. */
export const leaseCases: readonly OutboxCase[] = [dead, leaving, fenced, halted, slow, counts];
