/**
 * Does what `deno task dlq` is asked to do, with an office and a terminal.
 *
 * @module
 */

import {
  type DeadLetterOffice,
  type LetterFilter,
  viewOf,
  viewOfShown,
} from "@cauce/messaging/dead-letters";
import { UsageError } from "../usage_error.ts";
import type { DlqCommand } from "./command.ts";
import { formatGroups, formatLetter, formatLetters } from "./format.ts";

/** What a person sees and says. */
export interface Terminal {
  /** One line on standard output. */
  print(line: string): void;
  /** One line beside the result. */
  note(line: string): void;
  /** Undefined where nobody can be asked. */
  readonly ask: ((question: string) => boolean) | undefined;
  readInput(): Promise<string>;
}

/** What a command works with. */
export interface RunDeps {
  readonly office: DeadLetterOffice;
  readonly terminal: Terminal;
  /** `error.<destination>.<group>`, for a person. */
  readonly place: string;
  readonly signal: AbortSignal;
}

/** Resolves when it is done; false when there is no such letter or it was interrupted. Throws `UsageError`. */
export function runCommand(command: DlqCommand, deps: RunDeps): Promise<boolean> {
  return runners[command.action](command, deps);
}

type Runner = (command: DlqCommand, deps: RunDeps) => Promise<boolean>;

const runners: Readonly<Record<DlqCommand["action"], Runner>> = {
  list,
  show,
  edit,
  replay,
  discard,
};

async function list(command: DlqCommand, { office, terminal, place }: RunDeps): Promise<boolean> {
  if (command.grouped) {
    const groups = await office.summarize(filterOf(command));
    terminal.print(command.json ? toJson({ items: groups }) : formatGroups(groups, place));
    return true;
  }
  const { limit, cursor } = command;
  const { items, next } = await office.list({ ...filterOf(command), limit, cursor });
  const letters = items.map(viewOf);
  if (command.json) {
    terminal.print(toJson({ items: letters, next: next ?? null }));
    return true;
  }
  terminal.print(formatLetters(letters, place));
  if (next !== undefined) terminal.note(`There are more: --cursor ${next}`);
  return true;
}

async function show(command: DlqCommand, { office, terminal }: RunDeps): Promise<boolean> {
  const [id = ""] = command.ids;
  const found = await office.show(id);
  if (found === undefined) {
    terminal.note(`There is no dead letter "${id}"`);
    return false;
  }
  const view = viewOfShown(found);
  terminal.print(command.json ? toJson(view) : formatLetter(view));
  return true;
}

async function edit(command: DlqCommand, { office, terminal }: RunDeps): Promise<boolean> {
  const [id = ""] = command.ids;
  const given = command.payload === "-" ? await terminal.readInput() : command.payload ?? "";
  const view = viewOf(await office.edit(id, parsePayload(given)));
  terminal.print(command.json ? toJson(view) : `Edited ${id}: replay ${id} sends it`);
  return true;
}

async function replay(command: DlqCommand, deps: RunDeps): Promise<boolean> {
  const { office, terminal, place, signal } = deps;
  const filter = filterOf(command);
  if (!await isAgreed(command, deps)) return false;
  const { dryRun, ratePerSecond, json } = command;
  const result = await office.replay({
    filter,
    dryRun,
    ratePerSecond,
    signal,
    onProgress: ({ replayed, matched }) => {
      if (!json) terminal.note(`${replayed} of ${matched}`);
    },
  });
  const { matched, replayed, skipped } = result;
  const interrupted = !dryRun && replayed + skipped < matched;
  if (json) terminal.print(toJson({ ...result, interrupted }));
  else if (dryRun) terminal.print(`Would replay ${matched} from ${place}`);
  else terminal.print(`Replayed ${replayed} of ${matched} from ${place}${left(skipped)}`);
  return !interrupted;
}

async function discard(command: DlqCommand, deps: RunDeps): Promise<boolean> {
  const { office, terminal, place, signal } = deps;
  const filter = filterOf(command);
  if (!await isAgreed(command, deps)) return false;
  const { dryRun, json } = command;
  const result = await office.discard({ filter, dryRun, signal });
  const { matched, discarded, skipped } = result;
  if (json) terminal.print(toJson({ ...result, interrupted: signal.aborted }));
  else if (dryRun) terminal.print(`Would discard ${matched} from ${place}`);
  else terminal.print(`Discarded ${discarded} of ${matched} from ${place}${left(skipped)}`);
  return !signal.aborted;
}

/** Asks before something is done that cannot be taken back. */
async function isAgreed(command: DlqCommand, deps: RunDeps): Promise<boolean> {
  const { office, terminal, place } = deps;
  if (command.dryRun || command.yes) return true;
  if (terminal.ask === undefined) {
    throw new UsageError(`Say --yes to ${command.action} without being asked, or --dry-run`);
  }
  const { matched } = await office.discard({ filter: filterOf(command), dryRun: true });
  const agreed = terminal.ask(`${command.action} ${matched} dead letters of ${place}?`);
  if (!agreed) terminal.note("Nothing was done");
  return agreed;
}

function filterOf({ ids, reason, key, since }: DlqCommand): LetterFilter {
  return { ids: ids.length > 0 ? ids : undefined, reason, key, since };
}

function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`Cannot use the payload: it is not JSON`, { cause });
  }
}

function left(skipped: number): string {
  return skipped > 0 ? `; ${skipped} were taken by another operator` : "";
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
