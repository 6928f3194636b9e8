/**
 * What an inbox promises, on every database.
 *
 * @module
 */

import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import type { Inbox } from "@cauce/messaging/inbox";
import {
  type Database,
  inboxMigration,
  migrate,
  pruneInbox,
  sqlInbox,
  type Transaction,
} from "@cauce/platform/database";
import type { DatabaseCase } from "./cases.ts";
import type { DatabaseWorld } from "./databases.ts";

const EFFECTS = { name: "1_effect", statements: ["CREATE TABLE effect (event_id TEXT NOT NULL)"] };
const event = { group: "readers", eventId: "e-1" };

/** An event takes effect once for each group. */
export const inboxCases: readonly DatabaseCase[] = [
  {
    title: "an event is the first time once for each group",
    async run(world) {
      const inbox = await open(world);
      const ask = (entry: typeof event) =>
        world.database.transaction((transaction) => inbox.firstTime(transaction, entry));

      const answers = [
        await ask(event),
        await ask(event),
        await ask({ ...event, group: "others" }),
        await ask({ ...event, eventId: "e-2" }),
      ];

      deepStrictEqual(answers, [true, false, true, true]);
    },
  },
  {
    title: "an event whose transaction failed is the first time again",
    async run(world) {
      const inbox = await open(world);

      await rejects(
        handle(world.database, inbox, () => {
          throw new RangeError("the handler failed");
        }),
        RangeError,
      );
      await handle(world.database, inbox);
      await handle(world.database, inbox);

      strictEqual(await countEffects(world.database), 1);
    },
  },
  {
    title: "an event that several processes handle at once takes effect once",
    async run(world) {
      const inbox = await open(world);
      const other = await world.another();
      const databases = Array.from({ length: 20 }, (_, n) => n % 2 === 0 ? world.database : other);

      await Promise.all(databases.map((database) => handle(database, inbox)));

      strictEqual(await countEffects(world.database), 1);
    },
  },
  {
    title: "an event in the hands of a transaction that fails is left to the one that waits",
    async run(world) {
      const inbox = await open(world);
      const other = await world.another();
      const taken = Promise.withResolvers<void>();
      const fail = Promise.withResolvers<void>();
      const failing = rejects(
        handle(world.database, inbox, async () => {
          taken.resolve();
          await fail.promise;
          throw new RangeError("the handler failed");
        }),
        RangeError,
      );
      await taken.promise;

      const waiting = handle(other, inbox);
      fail.resolve();
      await Promise.all([failing, waiting]);

      strictEqual(await countEffects(world.database), 1);
    },
  },
  {
    title: "events are forgotten by age, and no others",
    async run(world) {
      let now = 1000;
      const inbox = await open(world, () => now);
      const ask = (eventId: string) =>
        world.database.transaction((transaction) =>
          inbox.firstTime(transaction, { ...event, eventId })
        );
      await ask("old");
      now = 2000;
      await ask("new");

      strictEqual(await pruneInbox(world.database, 2000), 1);

      deepStrictEqual([await ask("old"), await ask("new")], [true, false]);
    },
  },
];

async function open({ database }: DatabaseWorld, now: () => number = Date.now) {
  await migrate(database, [EFFECTS, inboxMigration]);
  return sqlInbox({ now });
}

/** What a sink does with an event. */
async function handle(
  database: Database,
  inbox: Inbox<Transaction>,
  then: () => Promise<void> | void = () => {},
): Promise<void> {
  await database.transaction(async (transaction) => {
    if (!await inbox.firstTime(transaction, event)) return;
    await transaction.query("INSERT INTO effect (event_id) VALUES ($1)", [event.eventId]);
    await then();
  });
}

async function countEffects(database: Database): Promise<number | undefined> {
  const [row] = await database.query<{ n: number }>("SELECT count(*) AS n FROM effect");
  return row?.n;
}
