/**
 * What the outbox promises about rows that were published.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { until } from "../until.ts";
import { type OutboxCase, pause, range } from "./case.ts";
import { createRecordingSource, versionsOf } from "./recording_source.ts";
import { CHANNEL, type OutboxWorld, record, startRelay } from "./world.ts";

const again: OutboxCase = {
  title: "a time range is published again in order",
  async run(world) {
    const { source, stored } = createRecordingSource();
    await using relay = startRelay(world, source);
    for (const version of range(1, 4)) {
      await record(world, { key: "a", version, time: version * 1000 });
    }
    await isEmpty(world);
    stored.length = 0;

    const rows = await relay.republishSince(2500);
    await until(() => stored.length === rows, "the events again");

    strictEqual(rows, 2);
    deepStrictEqual(versionsOf(stored, "a"), [3, 4]);
  },
};

const newest: OutboxCase = {
  title: "a key ends with its newest event when its rows are published again during a batch",
  async run(world) {
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const { source, stored } = createRecordingSource({
      meddle: async (batch) => {
        if (!batch.some(({ version }) => version === 3)) return;
        reached.resolve();
        await goOn.promise;
      },
    });
    await using relay = startRelay(world, source);
    for (const version of [1, 2]) await record(world, { key: "a", version, time: version });
    await isEmpty(world);
    await record(world, { key: "a", version: 3, time: 3 });
    await reached.promise;

    await relay.republishSince(0);
    goOn.resolve();
    await isEmpty(world);

    strictEqual(versionsOf(stored, "a").at(-1), 3);
    deepStrictEqual(versionsOf(stored, "a"), [1, 2, 3, 1, 2, 3]);
  },
};

const meanwhile: OutboxCase = {
  title: "a key ends with its newest event when it changes while its rows are made to wait again",
  async run(world) {
    const { source, stored } = createRecordingSource();
    await using relay = startRelay(world, source);
    for (const key of ["held", "a"]) await record(world, { key, version: 1, time: 1 });
    await record(world, { key: "a", version: 2, time: 2 });
    await isEmpty(world);
    const locked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const holding = world.database.transaction(async (transaction) => {
      await transaction.query("UPDATE outbox SET traceparent = NULL WHERE event_key = 'held'");
      locked.resolve();
      await goOn.promise;
    });
    await locked.promise;

    const republishing = relay.republishSince(0);
    await pause(200); // Until it waits for the row that is held.
    const changing = record(world, { key: "a", version: 3, time: 3 });
    await pause(300); // Time to publish the change, which must not happen before the others wait.
    goOn.resolve();
    await Promise.all([holding, republishing, changing]);
    await isEmpty(world);

    strictEqual(versionsOf(stored, "a").at(-1), 3);
  },
};

const pruned: OutboxCase = {
  title: "pruning deletes what was published long ago, and nothing that waits",
  async run(world) {
    const { store } = world;
    const lease = await store.lease({
      channel: CHANNEL,
      partitionCount: 1,
      owner: "me",
      leaseMs: 60_000,
    });
    for (const version of range(1, 3)) await record(world, { key: "a", version, time: 1 });
    const rows = await store.unpublished(CHANNEL, lease, 10);
    await store.markPublished(rows.slice(0, 1), lease, 1000);
    await store.markPublished(rows.slice(1, 2), lease, 5000);

    const deleted = await store.prune(2000);

    strictEqual(deleted, 1);
    strictEqual((await store.backlog(CHANNEL)).rows, 1);
    strictEqual(await store.republishSince(CHANNEL, 0), 2);
  },
};

async function isEmpty({ store }: OutboxWorld): Promise<void> {
  await until(async () => (await store.backlog(CHANNEL)).rows === 0, "an empty outbox");
}

/** What stays, what comes again, what goes. */
export const keepingCases: readonly OutboxCase[] = [again, newest, meanwhile, pruned];
