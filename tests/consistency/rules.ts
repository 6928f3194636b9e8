/**
 * The invariants, each as a question to one read: what does it show that it may not?
 *
 * An answer marked stale or unavailable tells the truth about itself, so only `register` and the
 * version that was asked for hold for it. With `bypass` the cache was out of reach, so that nothing
 * but Δ bounds what a shared load answers.
 *
 * @module
 */

import type { Invariant, ReadEvent } from "./history.ts";
import type { KeyHistory } from "./key_history.ts";

/** What a rule knows besides the read. */
export interface RuleContext {
  readonly key: KeyHistory;
  /** Δ: how long something acknowledged may not show. */
  readonly deltaMs: number;
  /** When the last flush ended. */
  readonly flushedAt: number;
}

/** Returns what is wrong, for a person; undefined when nothing is. */
export type Rule = (read: ReadEvent, context: RuleContext) => string | undefined;

/** A deletion is final: no version is above it. */
export function shownVersion(
  { status, version }: Pick<ReadEvent, "status" | "version">,
): number | undefined {
  return status === "deleted" ? Infinity : version;
}

const isCurrent = ({ status }: ReadEvent): boolean => status === "current" || status === "deleted";
const metCache = ({ cache }: ReadEvent): boolean => cache !== "bypass" && cache !== "stale";
const isHit = ({ cache }: ReadEvent): boolean => cache === "hit" || cache === "revalidated";

/** All rules, by the invariant they keep. */
export const rules: Readonly<Record<Invariant, Rule>> = {
  register(read, { key }) {
    if (read.status === "deleted") {
      return key.mayBeDeleted ? undefined : "deleted, but nobody deleted it";
    }
    if (read.version === undefined) return undefined;
    if (read.version > key.attempts) {
      return `version ${read.version}, but only ${key.attempts} writes were sent`;
    }
    const written = key.written(read.version);
    if (written === undefined || written.name === read.name) return undefined;
    return `"${read.name}" as version ${read.version}, which is "${written.name}"`;
  },

  I1(read, { key }) {
    const version = shownVersion(read);
    if (version === undefined) return undefined;
    if (version < read.minVersion) {
      return `version ${version}, though ${read.minVersion} was asked for`;
    }
    if (!isCurrent(read) || !metCache(read)) return undefined;
    const fence = key.fence.at(read.start);
    return version < fence ? `version ${version} below fence ${fence}` : undefined;
  },

  I2(read, { key }) {
    const version = shownVersion(read);
    if (read.reader === undefined || version === undefined) return undefined;
    if (!isCurrent(read) || !metCache(read)) return undefined;
    const seen = key.seen.get(read.reader) ?? 0;
    return version < seen ? `version ${version} after version ${seen}` : undefined;
  },

  I3(read, { key: { settled } }) {
    if (settled === undefined || read.start < settled.at || !isHit(read)) return undefined;
    const isSame = settled.state === "deleted"
      ? read.status === "deleted"
      : read.version === settled.version && read.name === settled.name;
    if (isSame) return undefined;
    return `${read.status} version ${read.version} "${read.name}", while the origin has ` +
      `${settled.state} version ${settled.version} "${settled.name}"`;
  },

  I4(read, { key, flushedAt }) {
    if (read.cache !== "stored" || read.version === undefined || read.start < flushedAt) {
      return undefined;
    }
    const other = key.stored(read.version, read.instance);
    if (other === undefined) return undefined;
    return `version ${read.version} stored by ${read.instance} and by ${other}`;
  },

  I5(read, { key }) {
    if (key.deletedAt === undefined || read.status !== "current") return undefined;
    if (key.fence.at(read.start) < key.deletedAt) return undefined;
    return `live version ${read.version}, deleted as version ${key.deletedAt}`;
  },

  I6(read, { key, deltaMs }) {
    const version = shownVersion(read);
    if (version === undefined || !isCurrent(read)) return undefined;
    const floor = key.acknowledged.at(read.start - deltaMs);
    if (version >= floor) return undefined;
    return `version ${version}, though ${floor} was acknowledged more than ${deltaMs} ms before`;
  },
};
