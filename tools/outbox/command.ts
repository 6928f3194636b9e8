/**
 * What `deno task outbox` is asked to do: its arguments, read and checked.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { parseSince } from "../parse_since.ts";
import { UsageError } from "../usage_error.ts";

/** How `deno task outbox` is used. */
export const USAGE = `Sees to the outbox: events of organizations, kept in the service's database.

deno task outbox status                    what waits, and what was set aside
deno task outbox republish --since TIME    publish again what happened since, as long as it is kept

  --since TIME  2026-01-31T12:00:00Z, or 90s, 15m, 2h, 7d ago
  --yes         do not ask; needed where standard input is no terminal
  -h, --help    this text

For a broker that lost what it had: each key ends with its newest event, and consumers see what they
had as repeats. The services may run meanwhile; it is their relays that publish.
The database is the organization service's: DATABASE_URL.

Exit codes: 0 done, 1 failed, 2 wrong usage, 69 database out of reach, 78 wrong configuration.`;

/** What is to be done. */
export type OutboxCommand =
  | { readonly action: "status" }
  | { readonly action: "republish"; readonly since: number; readonly yes: boolean };

/** Reads the arguments; undefined when help is wanted. Throws `UsageError`. */
export function parseCommand(args: readonly string[], now: number): OutboxCommand | undefined {
  const { values, positionals } = readArgs(args);
  if (values.help) return undefined;
  const [action, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`Cannot use "${rest[0]}"`);
  if (action === "status") return { action };
  if (action !== "republish") {
    const problem = action === undefined ? "Say what to do" : `Cannot do "${action}"`;
    throw new UsageError(`${problem}: choose one of status, republish`);
  }
  if (values.since === undefined) throw new UsageError("Say since when: --since TIME");
  return { action, since: parseSince(values.since, now), yes: values.yes ?? false };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        since: { type: "string" },
        yes: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
