import { rejects, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { type Database, DatabaseUnavailableError, openDatabase } from "@cauce/platform/database";
import { freshDatabase } from "../support/postgres.ts";
import { openTcpProxy, type TcpProxy } from "../support/tcp_proxy.ts";
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
  const url = new URL(fresh.url);
  const proxy = openTcpProxy({ targetPort: Number(url.port), targetHost: url.hostname });
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  let warnings = 0;
  const database = await openDatabase(url.href, {
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
