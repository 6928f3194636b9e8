// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task dlq`: lists, shows, edits, replays and discards dead letters.
 *
 * @module
 */

import { BrokerUnavailableError, ConfigError, silentLogger } from "@cauce/messaging";
import { openDeadLetterOffice } from "@cauce/messaging/dead-letters";
import { exitOnConfigError } from "@cauce/platform";
import { parseCommand, USAGE } from "./dlq/command.ts";
import { findPlace } from "./dlq/place.ts";
import { runCommand, type Terminal } from "./dlq/run.ts";
import { UsageError } from "./usage_error.ts";

const FAILED = 1;
const WRONG_USAGE = 2;
/** `EX_UNAVAILABLE` of sysexits. */
const UNAVAILABLE = 69;
/** As a shell says it of what SIGINT ended. */
const INTERRUPTED = 130;

const terminal: Terminal = {
  print: (line) => console.log(line),
  note: (line) => console.error(line),
  ask: Deno.stdin.isTerminal() ? (question) => confirm(question) : undefined,
  readInput: () => new Response(Deno.stdin.readable).text(),
};

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args, Date.now());
  if (command === undefined) {
    console.log(USAGE);
    return 0;
  }
  const env = Deno.env.toObject();
  const place = findPlace(env, command);
  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => interrupt.abort());
  await using opened = await openDeadLetterOffice({
    ...place,
    env,
    logger: silentLogger,
    operator: {
      by: command.by ?? env["USER"] ?? env["USERNAME"] ?? "unknown",
      correlationId: crypto.randomUUID(),
    },
  });
  const done = await runCommand(command, {
    office: opened.office,
    terminal,
    place: `error.${place.destination}.${place.group}`,
    signal: interrupt.signal,
  });
  if (interrupt.signal.aborted) return INTERRUPTED;
  return done ? 0 : FAILED;
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) exitOnConfigError(error);
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  console.error(cause === "" ? message : `${message}: ${cause}`);
  if (error instanceof UsageError) console.error("See deno task dlq --help");
  if (error instanceof UsageError) return WRONG_USAGE;
  return error instanceof BrokerUnavailableError ? UNAVAILABLE : FAILED;
}

Deno.exit(await main(Deno.args).catch(explain));
