/**
 * What the relay promises about publishing.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { SendError } from "@cauce/messaging";
import { until } from "../until.ts";
import { type OutboxCase, pause, range } from "./case.ts";
import { createRecordingSource, firstVersionsOf, versionsOf } from "./recording_source.ts";
import { CHANNEL, record, recordIn, recordMany, startRelay } from "./world.ts";

const ordered: OutboxCase = {
  title: "two relays publish each key in the order of its commits, while the broker is slow",
  async run(world) {
    await recordMany(world, "a", 12);
    await recordMany(world, "b", 12);
    let batches = 0;
    // Every other batch takes long: a relay that takes rows another one holds overtakes it.
    const meddle = () => pause(++batches % 2 === 1 ? 120 : 0);
    const { source, stored } = createRecordingSource({ meddle });

    await using _one = startRelay(world, source);
    await using _two = startRelay(world, source);
    await until(() => stored.length >= 24, "all events at the broker");

    deepStrictEqual(firstVersionsOf(stored, "a"), range(1, 12));
    deepStrictEqual(firstVersionsOf(stored, "b"), range(1, 12));
  },
};

const late: OutboxCase = {
  title: "a row that commits after later ones were published is published too",
  async run(world) {
    const { source, stored } = createRecordingSource();
    await using _relay = startRelay(world, source);
    const held = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();

    const lateCommit = world.database.transaction(async (transaction) => {
      await recordIn(transaction, { key: "late", version: 1 });
      written.resolve();
      await held.promise;
    });
    await written.promise;
    const earlyCommit = record(world, { key: "early", version: 1 });
    if (world.database.dialect === "postgres") {
      await until(() => firstVersionsOf(stored, "early").length === 1, "the early commit");
    } else {
      // SQLite has one writer: the second transaction waits, so no row can commit late.
      await pause(50);
      strictEqual(stored.length, 0);
    }
    held.resolve();
    await Promise.all([lateCommit, earlyCommit]);

    await until(() => firstVersionsOf(stored, "late").length === 1, "the late commit", {
      timeoutMs: 4000,
    });
  },
};

const marked: OutboxCase = {
  title: "nothing is lost or reordered while the broker refuses",
  async run(world) {
    let refusals = 0;
    const { source, stored } = createRecordingSource({
      meddle: () => {
        refusals += 1;
        if (refusals > 3) return Promise.resolve();
        return Promise.reject(new SendError("changes", "the broker is away"));
      },
    });
    await using relay = startRelay(world, source);

    await recordMany(world, "a", 5);
    await until(() => refusals > 0, "a refusal");
    await until(() => stored.length >= 5, "all events after the refusals", { timeoutMs: 5000 });

    deepStrictEqual(firstVersionsOf(stored, "a"), range(1, 5));
    await until(() => relay.status().error === undefined, "a relay without an error");
  },
};

const unfit: OutboxCase = {
  title: "a row that does not fit the channel is set aside and counted, and those behind it go on",
  async run(world) {
    const { source, stored } = createRecordingSource();
    await record(world, { key: "a", version: 1 });
    await record(world, { key: "a", version: 2, payload: { nonsense: true } });
    await record(world, { key: "a", version: 3 });

    await using _relay = startRelay(world, source);
    await until(() => versionsOf(stored, "a").includes(3), "the row behind the unfit one");

    deepStrictEqual(firstVersionsOf(stored, "a"), [1, 3]);
    await until(async () => (await world.store.backlog(CHANNEL)).rows === 0, "an empty outbox");
    strictEqual((await world.store.backlog(CHANNEL)).quarantined, 1);
  },
};

const woken: OutboxCase = {
  title: "a commit wakes the relay: the event is published long before the next poll",
  async run(world) {
    const { source, stored } = createRecordingSource();
    await using relay = startRelay(world, source);
    await until(() => relay.status().partitions.length === 4, "a relay at work");
    const waits: number[] = [];

    for (const version of range(1, 20)) {
      await record(world, { key: "a", version });
      const committed = performance.now();
      await until(() => stored.length === version, "the event", { everyMs: 1 });
      waits.push(performance.now() - committed);
    }

    const median = waits.sort((a, b) => a - b)[10] ?? Infinity;
    ok(median < 100, `commit → published took ${median} ms`);
  },
};

/** Order, completeness, and what is set aside. */
export const publishingCases: readonly OutboxCase[] = [ordered, late, marked, unfit, woken];
