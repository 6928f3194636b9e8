/**
 * The load: writers who change an organization a few times in a row, and readers who read them all
 * the while at every licensing service.
 *
 * @module
 */

import { now, pause } from "./clock.ts";
import type { HistoryEvent } from "./history.ts";
import { readLicense, RefusedReadError } from "./license_answer.ts";
import type { OrganizationWriter } from "./organization_writer.ts";
import type { Tally } from "./tally.ts";
import type { Subject, WorkingSet } from "./working_set.ts";

/** What the load is made of. */
export interface TrafficOptions {
  readonly set: WorkingSet;
  readonly writer: OrganizationWriter;
  readonly licensing: readonly string[];
  /** The fence of an entry as it stands; undefined when it cannot be seen. */
  readonly findFence: (organizationId: string) => Promise<number | undefined>;
  readonly record: (event: HistoryEvent) => void;
  readonly tally: Tally;
  /**
   * In a second, over all writers and over all readers, at most: readers who are held up hold up the
   * writers, so that both keep their proportion on a slow machine.
   */
  readonly writeRate: number;
  readonly readRate: number;
  /** So many acknowledged writes end the load; the signal ends it at once. */
  readonly writes: number;
  readonly signal: AbortSignal;
}

/** Changes in a row, at most; the pause between them is at most `GAP_MS`. */
const FLURRY = 8;
const GAP_MS = 10;
/** One flurry in so many ends with a deletion. */
const DELETES_ONE_IN = 50;
const FLURRIES_AT_ONCE = 8;
/** So many seconds' reads may be missing before writers wait. */
const AHEAD_S = 3;
const READERS = 12;
/** One read in so many is of an organization that was deleted. */
const READS_DELETED_ONE_IN = 200;
/** One read in so many asks for the last version, where that is done at all. */
const ASKS_VERSION_ONE_IN = 10;
/** Before one read in so many the fence is looked at. */
const LOOKS_ONE_IN = 4;

/** Runs until the writes are done or the signal is given. */
export async function runTraffic(options: TrafficOptions): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal]);
  const readers = Array.from(
    { length: READERS },
    (_, index) => runReader(`reader ${index + 1}`, { ...options, signal }),
  );
  try {
    await runWriters({ ...options, signal });
  } finally {
    stop.abort();
    await Promise.all(readers);
  }
}

/** Makes an organization for every place. */
export async function fill({ set, writer }: Pick<TrafficOptions, "set" | "writer">): Promise<void> {
  while (set.subjects.length < set.size) {
    const missing = Math.min(FLURRIES_AT_ONCE, set.size - set.subjects.length);
    const made = await Promise.all(Array.from({ length: missing }, () => writer.create()));
    const subjects = made.filter((subject) => subject !== undefined);
    if (subjects.length === 0) throw new Error("Cannot create an organization with a license");
    for (const subject of subjects) set.add(subject);
  }
}

async function runWriters(options: TrafficOptions): Promise<void> {
  const { set, tally, writeRate, readRate, writes, signal } = options;
  const flurries = new Set<Promise<void>>();
  const begun = now();
  let sent = 0;
  while (tally.writes < writes && !signal.aborted) {
    const reads = tally.reads + tally.failedReads + tally.refusedReads;
    const due = writeRate * Math.min((now() - begun) / 1000, reads / readRate + AHEAD_S);
    if (flurries.size >= FLURRIES_AT_ONCE || sent >= due) {
      await pause(2);
      continue;
    }
    const subject = set.pick();
    if (subject.isLeaving) continue;
    const length = Math.min(1 + Math.floor(Math.random() * FLURRY), writes - tally.writes);
    sent += length;
    const flurry = runFlurry(subject, { ...options, length })
      .finally(() => flurries.delete(flurry));
    flurries.add(flurry);
  }
  await Promise.all(flurries);
}

async function runFlurry(
  subject: Subject,
  { length, set, writer, tally, record, signal }: TrafficOptions & { readonly length: number },
): Promise<void> {
  const count = (outcome: string) => {
    if (outcome === "acknowledged") tally.writes += 1;
    if (outcome === "unknown") tally.unknownWrites += 1;
  };
  for (let turn = 0; turn < length && !subject.isLeaving && !signal.aborted; turn += 1) {
    count(await writer.rename(subject));
    await pause(Math.random() * GAP_MS);
  }
  if (subject.isLeaving || Math.random() * DELETES_ONE_IN >= 1) return;
  subject.isLeaving = true;
  let other: Subject | undefined;
  while ((other = await writer.create()) === undefined) {
    if (signal.aborted) return;
    await pause(200, signal);
  }
  tally.writes += 1;
  count(await writer.remove(subject));
  const forgotten = set.replace(subject, other);
  if (forgotten !== undefined) record({ kind: "forget", key: forgotten.organizationId });
}

async function runReader(reader: string, options: TrafficOptions): Promise<void> {
  const { set, licensing, readRate, signal } = options;
  const everyMs = 1000 * READERS / readRate;
  let due = now() + Math.random() * everyMs;
  while (!signal.aborted) {
    await pause(due - now(), signal);
    // A reader that was held up does not catch up: that would be another load.
    due = Math.max(due + everyMs, now());
    const subject = chance(READS_DELETED_ONE_IN) ? set.pickDeleted() ?? set.pick() : set.pick();
    const instance = licensing[Math.floor(Math.random() * licensing.length)];
    if (instance !== undefined) await readOnce(subject, { ...options, reader, instance });
  }
}

/** Reads a license once and records what it showed. */
async function readOnce(
  { organizationId: key, licensePath, isAskedFor, version }: Subject,
  { reader, instance, findFence, record, tally }:
    & Pick<TrafficOptions, "findFence" | "record" | "tally">
    & { readonly reader: string; readonly instance: string },
): Promise<void> {
  if (chance(LOOKS_ONE_IN)) {
    const fence = await findFence(key);
    if (fence !== undefined) {
      tally.fences += 1;
      record({ kind: "fence", key, version: fence, at: now() });
    }
  }
  const minVersion = isAskedFor && chance(ASKS_VERSION_ONE_IN) ? version : 0;
  const start = now();
  try {
    const answer = await readLicense(`${instance}${licensePath}`, minVersion);
    const end = now();
    const read = {
      kind: "read",
      key,
      reader,
      instance,
      start,
      end,
      minVersion,
      ...answer,
    } as const;
    tally.read(read);
    record(read);
  } catch (error) {
    // A process that was killed answers nothing, which shows nothing that is wrong.
    if (error instanceof RefusedReadError) tally.refusedReads += 1;
    else tally.failedReads += 1;
  }
}

function chance(oneIn: number): boolean {
  return Math.random() * oneIn < 1;
}
