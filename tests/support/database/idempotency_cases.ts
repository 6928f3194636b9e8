/**
 * What `Idempotency-Key` promises, on every database.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { type Database, idempotencyMigration, migrate } from "@cauce/platform/database";
import { createHttpApp, createIdempotencyKeys, idempotent } from "@cauce/platform/http";
import { until } from "../until.ts";
import type { DatabaseCase } from "./cases.ts";
import type { DatabaseWorld } from "./databases.ts";

const TABLE = { name: "1_thing", statements: ["CREATE TABLE thing (id TEXT PRIMARY KEY)"] };
const DAY_MS = 24 * 60 * 60 * 1000;

/** The same request is done once. */
export const idempotencyCases: readonly DatabaseCase[] = [
  {
    title: "the same key and body get the same answer, also from another process",
    async run(world) {
      const [app, other] = await appsOf(world);

      const first = await app.post({ key: "k1", body: { a: 1, b: 2 } });
      const again = await app.post({ key: "k1", body: { b: 2, a: 1 } });
      const there = await other.post({ key: "k1", body: { a: 1, b: 2 } });

      strictEqual(first.status, 201);
      strictEqual(first.location?.startsWith("/thing/"), true);
      deepStrictEqual([again, there], [first, first]);
      strictEqual(await countThings(world.database), 1);
    },
  },
  {
    title: "without a key, and under another key, each request is done",
    async run(world) {
      const [app] = await appsOf(world);

      await app.post({ body: {} });
      await app.post({ body: {} });
      await app.post({ key: "k1", body: {} });
      await app.post({ key: "k2", body: {} });

      strictEqual(await countThings(world.database), 4);
    },
  },
  {
    title: "the same key with another body is 422",
    async run(world) {
      const [app, other] = await appsOf(world);
      await app.post({ key: "k1", body: { a: 1 } });

      strictEqual((await app.post({ key: "k1", body: { a: 2 } })).status, 422);
      strictEqual((await other.post({ key: "k1", body: {} })).status, 422);
      strictEqual(await countThings(world.database), 1);
    },
  },
  {
    title: "a key in flight is 409, and then has its answer",
    async run(world) {
      const gate = Promise.withResolvers<void>();
      const [app] = await appsOf(world, { prepare: () => gate.promise });
      const first = app.post({ key: "k1", body: {} });
      await until(() => app.preparing() > 0, "the first request to be in flight");

      strictEqual((await app.post({ key: "k1", body: {} })).status, 409);
      gate.resolve();

      strictEqual((await first).status, 201);
      deepStrictEqual(await app.post({ key: "k1", body: {} }), await first);
    },
  },
  {
    title: "twenty requests with one key over two processes are done once",
    async run(world) {
      const [app, other] = await appsOf(world);

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 ? app : other).post({ key: "k1", body: {} })),
      );

      const statuses = new Set(answers.map(({ status }) => status));
      strictEqual([...statuses].every((status) => status === 201 || status === 409), true);
      const locations = answers.filter(({ status }) => status === 201).map((each) => each.location);
      strictEqual(new Set(locations).size, 1);
      strictEqual(await countThings(world.database), 1);
    },
  },
  {
    title: "a request that failed leaves no answer behind",
    async run(world) {
      let failures = 1;
      const [app] = await appsOf(world, {
        prepare: () => failures-- > 0 ? Promise.reject(new Error("down")) : Promise.resolve(),
      });

      strictEqual((await app.post({ key: "k1", body: {} })).status, 500);
      strictEqual((await app.post({ key: "k1", body: {} })).status, 201);
    },
  },
  {
    title: "an answer is forgotten after a day",
    async run(world) {
      let now = 1_000_000;
      const [app] = await appsOf(world, { now: () => now });
      const first = await app.post({ key: "k1", body: {} });

      now += DAY_MS - 1;
      deepStrictEqual(await app.post({ key: "k1", body: {} }), first);
      now += 1;
      strictEqual((await app.post({ key: "k1", body: { other: 1 } })).status, 201);
      now += DAY_MS;
      await app.post({ key: "k2", body: {} });

      const rows = await world.database.query("SELECT key FROM idempotency_keys");
      deepStrictEqual(rows, [{ key: "k2" }]);
    },
  },
];

interface AppOptions {
  readonly now?: () => number;
  readonly prepare?: () => Promise<void>;
}

async function appsOf(world: DatabaseWorld, options: AppOptions = {}) {
  await migrate(world.database, [TABLE, idempotencyMigration]);
  return [appOf(world.database, options), appOf(await world.another(), options)] as const;
}

function appOf(database: Database, { now, prepare }: AppOptions) {
  const keys = createIdempotencyKeys({ database, ...(now && { now }) });
  const app = createHttpApp({ title: "Things", version: "1", logger: silentLogger });
  let preparing = 0;
  app.post("/thing", (c) =>
    idempotent(c, keys, async (commit) => {
      preparing += 1;
      await prepare?.();
      return await commit(async (transaction) => {
        const id = crypto.randomUUID();
        await transaction.query("INSERT INTO thing (id) VALUES ($1)", [id]);
        return { status: 201, headers: { location: `/thing/${id}` }, body: { id } };
      });
    }));
  return {
    preparing: () => preparing,
    async post({ key, body }: { key?: string; body: object }) {
      const response = await app.request("/thing", {
        method: "POST",
        body: JSON.stringify(body),
        headers: {
          "content-type": "application/json",
          ...(key !== undefined && { "idempotency-key": key }),
        },
      });
      const { status, headers } = response;
      return { status, location: headers.get("location"), body: await response.json() };
    },
  };
}

async function countThings(database: Database): Promise<number> {
  return (await database.query("SELECT id FROM thing")).length;
}
