import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import {
  type Database,
  DatabaseUnavailableError,
  openDatabase,
  UniqueViolationError,
} from "@cauce/platform/database";
import { freshDatabase } from "../support/postgres.ts";
import { openUrlProxy, type TcpProxy } from "../support/tcp_proxy.ts";
import { until } from "../support/until.ts";

/** With it, a silent connection is given up after 2.3 s. */
const STATEMENT_TIMEOUT_MS = 300;

Deno.test("PostgreSQL: a lost connection rejects, and the next statement finds a new one", async () => {
  await using world = await open();
  const { database, proxy } = world;

  proxy.cut();
  await rejects(database.query("SELECT 1"), DatabaseUnavailableError);
  proxy.heal();

  await until(() => database.ping().then(() => true), "the database to answer again");
});

Deno.test("PostgreSQL: a silent network rejects what is open within seconds, in a transaction too", async () => {
  await using world = await open();
  const { database, proxy } = world;
  const inside = Promise.withResolvers<void>();
  const frozen = Promise.withResolvers<void>();
  const transaction = database.transaction(async (transaction) => {
    await transaction.query("SELECT 1");
    inside.resolve();
    await frozen.promise;
    await transaction.query("SELECT 2");
  });
  await inside.promise;

  proxy.freeze();
  frozen.resolve();
  const startedAt = performance.now();
  await Promise.all([
    rejects(transaction, DatabaseUnavailableError),
    rejects(database.query("SELECT 1"), DatabaseUnavailableError),
  ]);
  const ms = performance.now() - startedAt;
  proxy.heal();

  strictEqual(ms < 5_000, true, `took ${ms} ms`);
  await until(() => database.ping().then(() => true), "the database to answer again");
});

Deno.test("PostgreSQL: a listener whose connection was lost is called once it is back, and listens again", async () => {
  await using world = await open();
  const { database, proxy } = world;
  let calls = 0;
  await using _listener = await database.listen("things", () => calls += 1);
  await until(() => proxy.connections() >= 2, "the listening connection");
  const before = calls;

  proxy.cut();
  proxy.heal();
  await until(() => calls > before, "the call after the loss");
  const afterLoss = calls;
  await until(() => notify(database), "a commit");

  await until(() => calls > afterLoss, "the call after a commit");
});

Deno.test("PostgreSQL: a listener notices a silent network and comes back after it", async () => {
  await using world = await open();
  const { database, proxy } = world;
  let calls = 0;
  await using _listener = await database.listen("things", () => calls += 1);
  await until(() => proxy.connections() >= 2, "the listening connection");
  const before = calls;

  proxy.freeze();
  await until(() => world.warnings() > 0, "the loss to be noticed", { timeoutMs: 12_000 });
  proxy.heal();

  await until(() => calls > before, "the call after the loss");
});

Deno.test("PostgreSQL: connections that end in the middle of transactions end neither the process nor the pool", async () => {
  await using world = await open();
  const { database } = world;
  let [committed, refused, longestMs, isOver] = [0, 0, 0, false];

  async function transact(): Promise<void> {
    while (!isOver) {
      const begun = performance.now();
      await database.transaction(async (transaction) => {
        await transaction.query("SELECT $1::text", ["one"]);
        await new Promise((resolve) => setTimeout(resolve, 1));
        await transaction.query("SELECT $1::text", ["two"]);
      }).then(() => committed += 1, () => refused += 1);
      longestMs = Math.max(longestMs, performance.now() - begun);
    }
  }
  const transactions = Promise.all(Array.from({ length: 12 }, transact));
  for (let times = 0; times < 10; times += 1) {
    const before = committed;
    await until(() => committed > before + 20, "transactions");
    await database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()",
    ).catch(() => {/* its own connection, too */});
  }
  const before = committed;
  await until(() => committed > before + 200, "transactions after the last");
  isOver = true;
  await transactions;

  ok(refused >= 10, `${refused} were refused`);
  ok(longestMs < 2_000, `one took ${longestMs} ms`);
});

Deno.test("PostgreSQL: a transaction in which a statement failed does not commit, though its work goes on", async () => {
  await using world = await open();
  const { database } = world;
  await database.query("CREATE TABLE thing (id BIGINT PRIMARY KEY)");

  const transaction = database.transaction(async (transaction) => {
    await transaction.query("INSERT INTO thing VALUES (1)");
    await transaction.query("INSERT INTO thing VALUES (1)").catch(() => {});
  });

  await rejects(transaction, UniqueViolationError);
  deepStrictEqual(await database.query("SELECT id FROM thing"), []);
});

Deno.test("PostgreSQL: a statement waits for a connection while all are in use, but not for ever", async () => {
  await using world = await open();
  const { database } = world;
  const goOn = Promise.withResolvers<void>();
  const began: Promise<unknown>[] = [];
  const transactions = Array.from({ length: 10 }, () => {
    const begun = Promise.withResolvers<void>();
    began.push(begun.promise);
    return database.transaction(async (transaction) => {
      await transaction.query("SELECT 1");
      begun.resolve();
      await goOn.promise;
    });
  });
  await Promise.all(began);

  await rejects(database.query("SELECT 1"), DatabaseUnavailableError);
  const waiting = database.query<{ one: number }>("SELECT 1 AS one");
  goOn.resolve();

  deepStrictEqual(await waiting, [{ one: 1 }]);
  await Promise.all(transactions);
});

Deno.test("SQLite: a write that waits too long for another process is refused as unavailable, and is possible after it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "database-" });
  const url = `sqlite:${folder}/file.sqlite`;
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const other = stack.use(await openDatabase(url));
  const database = stack.use(
    await openDatabase(url, { statementTimeoutMs: STATEMENT_TIMEOUT_MS }),
  );
  await other.query("CREATE TABLE thing (id BIGINT PRIMARY KEY)");
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const writing = other.transaction(async (transaction) => {
    await transaction.query("INSERT INTO thing VALUES (1)");
    begun.resolve();
    await goOn.promise;
  });
  await begun.promise;

  await rejects(database.query("INSERT INTO thing VALUES (2)"), DatabaseUnavailableError);
  goOn.resolve();
  await writing;
  await database.query("INSERT INTO thing VALUES (2)");

  deepStrictEqual(await database.query("SELECT id FROM thing"), [{ id: 1 }, { id: 2 }]);
});

Deno.test("PostgreSQL: a server that is away at the start is named without its password", async () => {
  const url = "postgres://user:hunter2@127.0.0.1:1/orders";

  await rejects(openDatabase(url), (error: unknown) => {
    strictEqual(
      (error as Error).message,
      "Cannot reach the database at 127.0.0.1:1/orders: ECONNREFUSED",
    );
    return error instanceof DatabaseUnavailableError;
  });
});

interface World extends AsyncDisposable {
  readonly database: Database;
  readonly proxy: TcpProxy;
  warnings(): number;
}

async function open(): Promise<World> {
  const fresh = await freshDatabase();
  const { proxy, url } = openUrlProxy(fresh.url);
  let warnings = 0;
  const database = await openDatabase(url, {
    logger: { ...silentLogger, warn: () => warnings += 1 },
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  return {
    database,
    proxy,
    warnings: () => warnings,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

async function notify(database: Database): Promise<boolean> {
  await database.transaction((transaction) => transaction.notify("things"));
  return true;
}
