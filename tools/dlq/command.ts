/**
 * What `deno task dlq` is asked to do: its arguments, read and checked.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { parseSince } from "../parse_since.ts";
import { UsageError } from "../usage_error.ts";

/** How `deno task dlq` is used. */
export const USAGE = `Sees to dead letters: messages that a group gave up.

deno task dlq list [options]             what waits, oldest first
deno task dlq show ID [options]          one letter: payload, headers, what was done to it
deno task dlq edit ID --payload JSON     replay it with another payload (- reads standard input)
deno task dlq replay [ID...] [options]   send to its destination again, for its group only
deno task dlq discard [ID...] [options]  take off the list; the letter stays readable

Which letters
  --destination NAME  where the messages were sent to (organization-changes)
  --group NAME        the group that gave them up (licensing)
  --reason TEXT       a part of the reason, in any case
  --key KEY           the message's key
  --since TIME        given up since then: 2026-01-31T12:00:00Z, or 90s, 15m, 2h, 7d ago

How
  --dry-run           only say what would be done
  --rate N            replay at most N a second (100)
  --yes               do not ask; needed where standard input is no terminal
  --by NAME           who acts, for the record ($USER)
  --grouped           list: count by reason
  --limit N           list: letters a page, 1 to 1000 (50)
  --cursor ID         list: go on behind this letter
  --json              one JSON document on standard output
  -h, --help          this text

The broker is the one of the services: MESSAGING_BINDER=kafka or redis with KAFKA_BROKERS or
REDIS_URL, and MESSAGING_BINDINGS_* where destinations or groups have other names.

Exit codes: 0 done, 1 failed, 2 wrong usage, 69 broker out of reach, 78 wrong configuration,
130 interrupted.`;

const actions = ["list", "show", "edit", "replay", "discard"] as const;

/** What is to be done, to which letters, and how. */
export interface DlqCommand {
  readonly action: typeof actions[number];
  readonly ids: readonly string[];
  readonly destination: string | undefined;
  readonly group: string | undefined;
  readonly reason: string | undefined;
  readonly key: string | undefined;
  readonly since: number | undefined;
  readonly dryRun: boolean;
  readonly ratePerSecond: number | undefined;
  readonly yes: boolean;
  readonly by: string | undefined;
  readonly payload: string | undefined;
  readonly grouped: boolean;
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
  readonly json: boolean;
}

/** Reads the arguments; undefined when help is wanted. Throws `UsageError`. */
export function parseCommand(args: readonly string[], now: number): DlqCommand | undefined {
  const { values, positionals } = readArgs(args);
  if (values.help) return undefined;
  const [name, ...ids] = positionals;
  const action = actions.find((one) => one === name);
  if (action === undefined) {
    const problem = name === undefined ? "Say what to do" : `Cannot do "${name}"`;
    throw new UsageError(`${problem}: choose one of ${actions.join(", ")}`);
  }
  if ((action === "show" || action === "edit") && ids.length !== 1) {
    throw new UsageError(`Name one dead letter to ${action}, by its id`);
  }
  if (action === "list" && ids.length > 0) throw new UsageError("Cannot list ids: use show");
  if (action === "edit" && values.payload === undefined) {
    throw new UsageError("Give the new payload: --payload JSON");
  }
  return {
    action,
    ids,
    destination: values.destination,
    group: values.group,
    reason: values.reason,
    key: values.key,
    since: values.since === undefined ? undefined : parseSince(values.since, now),
    dryRun: values["dry-run"] ?? false,
    ratePerSecond: values.rate === undefined
      ? undefined
      : parseNumber("--rate", { text: values.rate, least: 0.01, most: 100_000 }),
    yes: values.yes ?? false,
    by: values.by,
    payload: values.payload,
    grouped: values.grouped ?? false,
    limit: values.limit === undefined
      ? undefined
      : Math.floor(parseNumber("--limit", { text: values.limit, least: 1, most: 1000 })),
    cursor: values.cursor,
    json: values.json ?? false,
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        destination: { type: "string" },
        group: { type: "string" },
        reason: { type: "string" },
        key: { type: "string" },
        since: { type: "string" },
        "dry-run": { type: "boolean" },
        rate: { type: "string" },
        yes: { type: "boolean" },
        by: { type: "string" },
        payload: { type: "string" },
        grouped: { type: "boolean" },
        limit: { type: "string" },
        cursor: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseNumber(
  option: string,
  { text, least, most }: { text: string; least: number; most: number },
): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`Cannot use "${text}" for ${option}: use a number from ${least} to ${most}`);
}
