/**
 * What every database promises. A case knows no dialect.
 *
 * @module
 */

import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { type Database, UniqueViolationError } from "@cauce/platform/database";
import type { DatabaseWorld } from "./databases.ts";

/** One promise. */
export interface DatabaseCase {
  readonly title: string;
  run(world: DatabaseWorld): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly n: number | null;
}

const TABLE = "CREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT)";
const INSERT = "INSERT INTO thing (id, n) VALUES ($1, $2)";

/** Statements and transactions. */
export const statementCases: readonly DatabaseCase[] = [
  {
    title: "integers up to 2^53 - 1, text of any script and null come back as they were",
    async run({ database }) {
      await database.query(TABLE);
      const text = "ñ 東京 \u{1f600} ' \" $1 ;--";
      await database.query(INSERT, [text, Number.MAX_SAFE_INTEGER]);
      await database.query(INSERT, ["null", null]);

      deepStrictEqual(await rowsOf(database), [
        { id: "null", n: null },
        { id: text, n: Number.MAX_SAFE_INTEGER },
      ]);
    },
  },
  {
    title: "counts and sums are numbers, and a parameter may be used twice and out of order",
    async run({ database }) {
      await database.query(TABLE);
      for (const [index, id] of ["a", "b", "c"].entries()) {
        await database.query(INSERT, [id, index]);
      }

      const rows = await database.query(
        "SELECT count(*) AS c, sum(n) AS s FROM thing WHERE id = $2 OR id = $1 OR id = $2",
        ["b", "c"],
      );

      deepStrictEqual(rows, [{ c: 2, s: 3 }]);
    },
  },
  {
    title: "RETURNING gives the rows of a write",
    async run({ database }) {
      await database.query(TABLE);

      const rows = await database.query(`${INSERT} RETURNING id, n`, ["a", 1]);

      deepStrictEqual(rows, [{ id: "a", n: 1 }]);
    },
  },
  {
    title: "a key that exists rejects with UniqueViolationError, in and out of a transaction",
    async run({ database }) {
      await database.query(TABLE);
      await database.query(INSERT, ["a", 1]);

      await rejects(database.query(INSERT, ["a", 2]), UniqueViolationError);
      await rejects(
        database.transaction((transaction) => transaction.query(INSERT, ["a", 2])),
        UniqueViolationError,
      );
    },
  },
  {
    title: "an error of the database says nothing of the parameters' values",
    async run({ database }) {
      await database.query(TABLE);
      await database.query(INSERT, ["hunter2", 1]);

      const error = await database.query(INSERT, ["hunter2", 2]).catch((error) => error);

      strictEqual(error.message.includes("hunter2"), false);
    },
  },
  {
    title: "a transaction commits all of its writes, and none when it throws",
    async run({ database }) {
      await database.query(TABLE);
      await database.transaction(async (transaction) => {
        await transaction.query(INSERT, ["a", 1]);
        await transaction.query(INSERT, ["b", 2]);
      });

      await rejects(
        database.transaction(async (transaction) => {
          await transaction.query(INSERT, ["c", 3]);
          throw new RangeError("changed my mind");
        }),
        RangeError,
      );

      deepStrictEqual((await rowsOf(database)).map(({ id }) => id), ["a", "b"]);
    },
  },
  {
    title: "a transaction reads its own writes; nobody else sees them before it commits",
    async run({ database, another }) {
      await database.query(TABLE);
      const other = await another();
      const seen = await database.transaction(async (transaction) => {
        await transaction.query(INSERT, ["a", 1]);
        const inside = await transaction.query("SELECT id FROM thing");
        return { inside, here: await rowsOf(database), there: await rowsOf(other) };
      });

      deepStrictEqual([seen.inside.length, seen.here.length, seen.there.length], [1, 0, 0]);
      strictEqual((await rowsOf(other)).length, 1);
    },
  },
  {
    title: "writers in two processes lose no update",
    async run({ database, another }) {
      await database.query(TABLE);
      await database.query(INSERT, ["a", 0]);
      const other = await another();
      const increment = (on: Database) =>
        on.query("UPDATE thing SET n = n + 1 WHERE id = $1", ["a"]);
      const inTransaction = (on: Database) =>
        on.transaction(async (transaction) => {
          await transaction.query("UPDATE thing SET n = n + 1 WHERE id = $1", ["a"]);
        });

      await Promise.all(
        [database, other].flatMap((on) =>
          Array.from({ length: 40 }, (_, index) => index % 2 ? increment(on) : inTransaction(on))
        ),
      );

      strictEqual((await rowsOf(database))[0]?.n, 80);
    },
  },
  {
    title: "two transactions that lock each other both commit",
    async run({ database, another }) {
      await database.query(TABLE);
      for (const id of ["a", "b"]) await database.query(INSERT, [id, 0]);
      const other = await another();
      const lock = (on: Database, [first, second]: readonly [string, string]) =>
        on.transaction(async (transaction) => {
          await transaction.query("UPDATE thing SET n = n + 1 WHERE id = $1", [first]);
          // Long enough for the other to hold its first row.
          await new Promise((resolve) => setTimeout(resolve, 50));
          await transaction.query("UPDATE thing SET n = n + 1 WHERE id = $1", [second]);
        });

      await Promise.all([lock(database, ["a", "b"]), lock(other, ["b", "a"])]);

      deepStrictEqual((await rowsOf(database)).map(({ n }) => n), [2, 2]);
    },
  },
  {
    title: "a database that was disposed refuses work",
    async run({ another }) {
      const other = await another();
      await other.ping();
      await other[Symbol.asyncDispose]();

      await rejects(other.ping());
      await rejects(other.transaction(() => Promise.resolve()));
    },
  },
];

function rowsOf(database: Database): Promise<Row[]> {
  return database.query<Row>("SELECT id, n FROM thing ORDER BY n, id").then((rows) =>
    rows.sort((left, right) => left.id === "null" ? -1 : left.id < right.id ? -1 : 1)
  );
}
