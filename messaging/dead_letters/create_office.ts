/**
 * Builds a dead-letter office on the binder's port alone, so that it is the same on every broker.
 *
 * @module
 */

import type { Binder } from "../binder.ts";
import { type Channel, DEFAULT_PARTITION_COUNT } from "../channel.ts";
import { decodeMessage } from "../decode.ts";
import { DeadLetterStateError, InvalidMessageError } from "../errors.ts";
import { deadLetterDestination } from "../middleware/dead_letter.ts";
import { groupName } from "../middleware/replay_group.ts";
import { actsDestination, type Operator } from "./act.ts";
import { type ActLog, openActLog } from "./act_log.ts";
import { createFilter, type LetterFilter } from "./filter.ts";
import type { Ledger } from "./ledger.ts";
import { type DeadLetter, toLetter, withPayload } from "./letter.ts";
import type { BulkOptions, DeadLetterOffice, FiledLetter, LetterGroup } from "./office.ts";
import { readAll } from "./read_all.ts";
import { replayLetters } from "./replay.ts";

/** Whose dead letters, and who asks. */
export interface DeadLetterOfficeOptions {
  /** Called by each of the office's calls; whoever gives it disposes it. */
  readonly binder: () => Promise<Binder>;
  /** Where the messages were sent to. */
  readonly destination: string;
  /** The group that gave them up; undefined for anonymous sinks. */
  readonly group: string | undefined;
  /** In whose name acts are recorded. */
  readonly operator: Operator;
  /** Edited payloads are checked against it. */
  readonly channel?: Channel<unknown> | undefined;
  /** How long others keep off letters that a run is about to replay; a minute if absent. */
  readonly claimMs?: number;
}

const PAGE = 50;
const RATE_PER_SECOND = 100;
const CLAIM_MS = 60_000;
const STEP = 100;

/** Builds the office; nothing connects before a call. */
export function createDeadLetterOffice(options: DeadLetterOfficeOptions): DeadLetterOffice {
  const { destination, operator, channel, claimMs = CLAIM_MS } = options;
  const group = groupName(options.group);
  const letterDestination = deadLetterDestination(destination, options.group);

  async function openLog(signal?: AbortSignal): Promise<ActLog> {
    return await openActLog(await options.binder(), actsDestination(letterDestination), { signal });
  }

  async function* letters(signal?: AbortSignal): AsyncGenerator<DeadLetter, void, void> {
    for await (const delivery of readAll(await options.binder(), letterDestination, { signal })) {
      const letter = toLetter(delivery);
      if (letter !== undefined) yield letter;
    }
  }

  /** Those that still lie here, as they would be replayed. */
  async function* filed(log: ActLog, filter: LetterFilter = {}, signal?: AbortSignal) {
    const matches = createFilter(filter);
    for await (const letter of letters(signal)) {
      if (!matches(letter)) continue;
      const one = file(letter, log.ledger);
      if (one.state === "waiting" || one.state === "replaying") yield one;
    }
  }

  /** What a bulk operation is about: the ids of what waits now. */
  async function waiting(log: ActLog, { filter, signal }: BulkOptions): Promise<Set<string>> {
    const ids = new Set<string>();
    for await (const { id, state } of filed(log, filter, signal)) {
      if (state === "waiting") ids.add(id);
    }
    return ids;
  }

  async function find(id: string): Promise<DeadLetter | undefined> {
    for await (const letter of letters()) if (letter.id === id) return letter;
    return undefined;
  }

  return {
    async list({ limit = PAGE, cursor, ...filter } = {}) {
      await using log = await openLog();
      const items: FiledLetter[] = [];
      let behind = cursor === undefined;
      const matches = createFilter(filter);
      for await (const letter of letters()) {
        if (!behind) {
          behind = letter.id === cursor;
          continue;
        }
        const one = file(letter, log.ledger);
        if (!matches(letter) || one.state === "replayed" || one.state === "discarded") continue;
        if (items.length === limit) return { items, next: items.at(-1)?.id };
        items.push(one);
      }
      if (!behind) throw new RangeError(`Cannot go on behind dead letter "${cursor}": it is gone`);
      return { items, next: undefined };
    },

    async summarize(filter) {
      await using log = await openLog();
      const groups = new Map<string, LetterGroup>();
      for await (const { reason, stackDigest, storedAt } of filed(log, filter)) {
        const name = `${stackDigest} ${reason}`;
        const { count = 0, firstAt = storedAt } = groups.get(name) ?? {};
        groups.set(name, { reason, stackDigest, count: count + 1, firstAt, lastAt: storedAt });
      }
      return [...groups.values()].sort((left, right) => right.count - left.count);
    },

    async show(id) {
      await using log = await openLog();
      const original = await find(id);
      if (original === undefined) return undefined;
      return { letter: file(original, log.ledger), original, acts: log.ledger.actsOf(id) };
    },

    async edit(id, payload) {
      await using log = await openLog();
      const original = await find(id);
      if (original === undefined) throw new RangeError(`Cannot find dead letter "${id}"`);
      const edited = withPayload(original, payload);
      if (channel !== undefined) check(channel, edited);
      const run = crypto.randomUUID();
      const took = await log.append({ kind: "edited", payload }, [id], { operator, run });
      const now = file(original, log.ledger);
      if (took.length === 0) throw new DeadLetterStateError("edit", id, now.state);
      return now;
    },

    async replay({ dryRun = false, ratePerSecond = RATE_PER_SECOND, ...bulk } = {}) {
      const { signal, onProgress } = bulk;
      if (!(ratePerSecond > 0)) {
        throw new RangeError(`Cannot replay ${ratePerSecond} dead letters a second`);
      }
      await using log = await openLog(signal);
      const ids = await waiting(log, bulk);
      const matched = ids.size;
      if (dryRun || matched === 0) return { dryRun, matched, replayed: 0, skipped: 0 };
      // What fails again comes back as a new letter; only those of the first reading are replayed.
      const meant = async function* () {
        for await (const letter of letters()) {
          if (!ids.delete(letter.id)) continue;
          yield letter;
          if (ids.size === 0) return;
        }
      };
      const progress = await replayLetters(meant(), {
        binder: await options.binder(),
        log,
        operator,
        destination,
        group,
        partitionCount: channel?.partitionCount ?? DEFAULT_PARTITION_COUNT,
        ratePerSecond,
        claimMs,
        matched,
        signal,
        onProgress,
      });
      return { dryRun, ...progress };
    },

    async discard({ dryRun = false, ...bulk } = {}) {
      await using log = await openLog(bulk.signal);
      const ids = [...await waiting(log, bulk)];
      const matched = ids.length;
      const run = crypto.randomUUID();
      let discarded = 0;
      for (let start = 0; start < matched && !dryRun && !bulk.signal?.aborted; start += STEP) {
        const step = ids.slice(start, start + STEP);
        discarded += (await log.append({ kind: "discarded" }, step, { operator, run })).length;
      }
      return { dryRun, matched, discarded, skipped: dryRun ? 0 : matched - discarded };
    },
  };
}

function file(letter: DeadLetter, ledger: Ledger): FiledLetter {
  const edit = ledger.editOf(letter.id);
  const shown = edit === undefined ? letter : withPayload(letter, edit.payload);
  const state = ledger.stateOf(letter.id, Date.now());
  return { ...shown, state, edited: edit !== undefined };
}

/** The group must be able to read the letter, under the same key. */
function check(channel: Channel<unknown>, letter: DeadLetter): void {
  const { key, headers, body, storedAt, original } = letter;
  const { offset } = original;
  const { payload } = decodeMessage(channel, { key, headers, body, offset, storedAt }, original);
  const newKey = channel.keyOf(payload);
  if (key !== "" && newKey !== key) {
    throw new InvalidMessageError(`its key would change from "${key}" to "${newKey}"`);
  }
}
