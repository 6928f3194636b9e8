/**
 * What every database promises of listening.
 *
 * @module
 */

import { rejects, strictEqual } from "node:assert/strict";
import { until } from "../until.ts";
import type { DatabaseCase } from "./cases.ts";

/** Notifications, in this and between processes. */
export const listenCases: readonly DatabaseCase[] = [
  {
    title:
      "a listener is called after a commit that notified its topic, here and in another process",
    async run({ database, another }) {
      await database.query("CREATE TABLE thing (id TEXT PRIMARY KEY)");
      const other = await another();
      const seen = { here: 0, there: 0 };
      await using _here = await database.listen("things", () => seen.here += 1);
      await using _there = await other.listen("things", () => seen.there += 1);
      const before = { ...seen };

      await database.transaction(async (transaction) => {
        await transaction.query("INSERT INTO thing (id) VALUES ($1)", ["a"]);
        await transaction.notify("things");
      });

      await until(() => seen.here > before.here, "the call in this process");
      await until(() => seen.there > before.there, "the call in the other process");
    },
  },
  {
    title: "a transaction that rolled back and another topic wake nobody",
    async run({ database }) {
      let calls = 0;
      await using _listener = await database.listen("things", () => calls += 1);
      const before = calls;

      await rejects(
        database.transaction(async (transaction) => {
          await transaction.notify("things");
          throw new RangeError("no");
        }),
        RangeError,
      );
      await database.transaction((transaction) => transaction.notify("others"));
      let last = 0;
      await using _last = await database.listen("last", () => last += 1);
      await database.transaction((transaction) => transaction.notify("last"));
      await until(() => last > 0, "a later notification");

      strictEqual(calls, before);
    },
  },
  {
    title: "a listener that was disposed is not called again",
    async run({ database }) {
      let calls = 0;
      const listener = await database.listen("things", () => calls += 1);
      await listener[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
      const before = calls;
      let later = 0;
      await using _later = await database.listen("things", () => later += 1);

      await database.transaction((transaction) => transaction.notify("things"));
      await until(() => later > 0, "the call of the other listener");

      strictEqual(calls, before);
    },
  },
];
