// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task outbox`: tells what waits in the outbox, and has a time range published again.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import { ConfigError } from "@cauce/messaging";
import type { OutboxStore } from "@cauce/messaging/outbox";
import { sqlOutbox } from "@cauce/organization/store";
import {
  databaseSslCa,
  databaseUrl,
  defineConfig,
  exitOnConfigError,
  readConfig,
} from "@cauce/platform";
import { DatabaseUnavailableError, openDatabase } from "@cauce/platform/database";
import { type OutboxCommand, parseCommand, USAGE } from "./outbox/command.ts";
import { UsageError } from "./usage_error.ts";

const FAILED = 1;
const WRONG_USAGE = 2;
/** `EX_UNAVAILABLE` of sysexits. */
const UNAVAILABLE = 69;
/** Days of events are one statement. */
const STATEMENT_TIMEOUT_MS = 600_000;
const CHANNEL = organizationChanges.name;

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args, Date.now());
  if (command === undefined) {
    console.log(USAGE);
    return 0;
  }
  const { DATABASE_URL, DATABASE_SSL_CA } = readConfig(
    defineConfig({ DATABASE_URL: databaseUrl, DATABASE_SSL_CA: databaseSslCa }),
    Deno.env.toObject(),
  );
  await using database = await openDatabase(DATABASE_URL, {
    ca: DATABASE_SSL_CA,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  return await run(command, sqlOutbox(database));
}

async function run(command: OutboxCommand, outbox: OutboxStore): Promise<number> {
  if (command.action === "republish") {
    const since = new Date(command.since).toISOString();
    if (!command.yes && !isConfirmed(`Publish every event since ${since} again?`)) return FAILED;
    const rows = await outbox.republishSince(CHANNEL, command.since);
    console.log(`${rows} events since ${since} wait to be published again`);
    return 0;
  }
  const { rows, oldestTime, quarantined } = await outbox.backlog(CHANNEL);
  const age = oldestTime === undefined
    ? ""
    : `, the oldest for ${Math.round((Date.now() - oldestTime) / 1000)} s`;
  console.log(`${rows} events wait${age}; ${quarantined} were set aside`);
  return 0;
}

function isConfirmed(question: string): boolean {
  if (!Deno.stdin.isTerminal()) throw new UsageError("Standard input is no terminal: give --yes");
  return confirm(question);
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) exitOnConfigError(error);
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) {
    console.error("See deno task outbox --help");
    return WRONG_USAGE;
  }
  return error instanceof DatabaseUnavailableError ? UNAVAILABLE : FAILED;
}

Deno.exit(await main(Deno.args).catch(explain));
