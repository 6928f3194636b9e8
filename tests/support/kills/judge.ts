/**
 * What must be true of a system whose processes were killed: nothing lost, nothing twice, all in order.
 *
 * @module
 */

import { checkOrder, type Numbered } from "../order_checker.ts";
import type { Effect } from "./effects.ts";
import type { LoggedEvent } from "./event_log.ts";
import type { WrittenOrganization } from "./journal.ts";

/** An organization as its database has it. */
export interface StoredOrganization {
  readonly organizationId: string;
  readonly name: string;
  readonly version: number;
  readonly isDeleted: boolean;
}

/** An event as it was recorded in the outbox. */
export interface RecordedEvent {
  readonly eventId: string;
  readonly organizationId: string;
  readonly version: number;
}

/** All that is left of a run. */
export interface Remains {
  readonly written: readonly WrittenOrganization[];
  readonly stored: readonly StoredOrganization[];
  readonly recorded: readonly RecordedEvent[];
  readonly logged: readonly LoggedEvent[];
  readonly effects: readonly Effect[];
  /** The cache's fences by organization. */
  readonly fences: ReadonlyMap<string, number | undefined>;
}

/** Returns what breaks a promise, for a person; nothing when all were kept. */
export function judge(remains: Remains): string[] {
  return [
    ...judgeWrites(remains),
    ...judgeEvents(remains),
    ...judgeLog(remains),
    ...judgeEffects(remains),
    ...judgeFences(remains),
  ];
}

/** What was acknowledged is there; what was not is there as a whole or not at all. */
function judgeWrites({ written, stored }: Remains): string[] {
  const rows = new Map(stored.map((row) => [row.organizationId, row]));
  const problems = written.flatMap((organization) => {
    const row = rows.get(organization.organizationId);
    return judgeWritesOfOne(organization, row).map(named(organization.organizationId));
  });
  // A creation is repeated with its key until it is answered.
  if (stored.length !== written.length) {
    problems.push(`${stored.length} organizations were created for ${written.length} requests`);
  }
  return problems;
}

function judgeWritesOfOne(
  { attempts, isDeleted }: WrittenOrganization,
  row: StoredOrganization | undefined,
): string[] {
  if (row === undefined) return ["was created and is lost"];
  if (row.isDeleted || isDeleted) {
    return row.isDeleted && isDeleted ? [] : ["only one of its row and its writer says deleted"];
  }
  const last = attempts.findLastIndex(({ version }) => version !== undefined);
  const acknowledged = attempts[last];
  const candidates = attempts.slice(last).map(({ name }) => name);
  const atMost = (acknowledged?.version ?? 0) + candidates.length - 1;
  if (row.version < (acknowledged?.version ?? 0)) {
    return [`version ${acknowledged?.version} was acknowledged and the row has ${row.version}`];
  }
  if (row.version > atMost) return [`has version ${row.version} after at most ${atMost} writes`];
  if (row.version === acknowledged?.version && row.name !== acknowledged.name) {
    return [`version ${row.version} is "${row.name}" and was acknowledged as another`];
  }
  return candidates.includes(row.name) ? [] : [`is "${row.name}", which is not its last write`];
}

/** A row and its events commit together: versions 1 to the row's, one event each. */
function judgeEvents({ stored, recorded }: Remains): string[] {
  const versions = versionsOf(recorded);
  return stored.flatMap(({ organizationId, version }) => {
    const found = versions.get(organizationId) ?? [];
    const expected = upTo(version);
    if (isSame(found.toSorted((one, other) => one - other), expected)) return [];
    return [`has version ${version} and events ${found}`].map(named(organizationId));
  });
}

/** Every event is in the log, in order apart from repeats, and each key ends with its newest. */
function judgeLog({ stored, recorded, logged }: Remains): string[] {
  const sent = recorded.map(toNumbered);
  const { problems } = checkOrder({
    sent,
    acknowledged: sent,
    delivered: logged.map(toNumbered),
  });
  const versions = versionsOf(logged);
  const ends = stored.flatMap(({ organizationId, version }) => {
    const last = versions.get(organizationId)?.at(-1);
    return last === version ? [] : [`"${organizationId}" ends with ${last} instead of ${version}`];
  });
  return [...problems, ...ends].map((problem) => `in the log, ${problem}`);
}

/** Every event took effect once, in order. */
function judgeEffects({ stored, effects }: Remains): string[] {
  const versions = versionsOf(effects);
  const once = stored.flatMap(({ organizationId, version }) => {
    const found = versions.get(organizationId) ?? [];
    if (isSame(found, upTo(version))) return [];
    return [`has version ${version} and effects ${found}`].map(named(organizationId));
  });
  const ids = new Set(effects.map(({ eventId }) => eventId));
  return ids.size === effects.length ? once : [
    ...once,
    `${effects.length - ids.size} effects were made again`,
  ];
}

function judgeFences({ stored, fences }: Remains): string[] {
  return stored.flatMap(({ organizationId, version }) => {
    const fence = fences.get(organizationId);
    if (fence === version) return [];
    return [`has version ${version} and the fence ${fence}`].map(named(organizationId));
  });
}

function named(organizationId: string): (problem: string) => string {
  return (problem) => `"${organizationId}" ${problem}`;
}

function toNumbered({ organizationId, version }: RecordedEvent): Numbered {
  return { key: organizationId, sequence: version };
}

function versionsOf(events: readonly Pick<RecordedEvent, "organizationId" | "version">[]) {
  const versions = new Map<string, number[]>();
  for (const { organizationId, version } of events) {
    const known = versions.get(organizationId);
    if (known === undefined) versions.set(organizationId, [version]);
    else known.push(version);
  }
  return versions;
}

function upTo(version: number): number[] {
  return Array.from({ length: version }, (_, index) => index + 1);
}

function isSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((value, index) => value === others[index]);
}
