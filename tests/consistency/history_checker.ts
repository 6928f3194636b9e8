/**
 * Judges a history, read by read, while it happens: bounded memory, no I/O, no clock of its own.
 *
 * @module
 */

import {
  type HistoryEvent,
  type Invariant,
  INVARIANTS,
  type ReadEvent,
  type Violation,
} from "./history.ts";
import { KeyHistory } from "./key_history.ts";
import { rules, shownVersion } from "./rules.ts";

/** How to judge. */
export interface HistoryCheckerOptions {
  /** Δ: how long something acknowledged may not show. */
  readonly deltaMs: number;
  /** Longer than Δ and the longest read together; nothing older is remembered step by step. */
  readonly horizonMs?: number;
}

/** How often each promise was broken. */
export type ViolationCounts = Readonly<Record<Invariant, number>>;

const HORIZON_MS = 60_000;
/** So many are kept to be shown; all are counted. */
const SHOWN = 20;

/** Takes events in the order of their ends. */
export class HistoryChecker {
  readonly #deltaMs: number;
  readonly #horizonMs: number;
  readonly #keys = new Map<string, KeyHistory>();
  readonly #counts = new Map<Invariant, number>();
  readonly #violations: Violation[] = [];
  #flushedAt = -Infinity;

  constructor({ deltaMs, horizonMs = HORIZON_MS }: HistoryCheckerOptions) {
    this.#deltaMs = deltaMs;
    this.#horizonMs = horizonMs;
  }

  /** Takes one event. Returns what it shows to be broken. */
  apply(event: HistoryEvent): readonly Violation[] {
    if (event.kind === "flush") return this.#flush(event.end);
    if (event.kind === "forget") {
      this.#keys.delete(event.key);
      return [];
    }
    if (event.kind === "attempt" && !this.#keys.has(event.key)) {
      this.#keys.set(event.key, new KeyHistory());
    }
    const key = this.#keys.get(event.key);
    // It was forgotten: a read of it was under way, or a look at it still to come.
    if (key === undefined) return [];
    switch (event.kind) {
      case "attempt":
        key.attempts += 1;
        key.mayBeDeleted ||= event.deletes;
        return [];
      case "write":
        key.write(event);
        key.forgetBefore(event.end - this.#horizonMs);
        return [];
      case "fence":
        key.fence.raise(event.version, event.at);
        return [];
      case "settled":
        key.settled = event;
        return [];
      case "read":
        return this.#judge(event, key);
    }
  }

  /** How often each promise was broken. */
  get counts(): ViolationCounts {
    const names = Object.keys(INVARIANTS) as Invariant[];
    return Object.fromEntries(
      names.map((name) => [name, this.#counts.get(name) ?? 0]),
    ) as ViolationCounts;
  }

  /** How often any promise was broken. */
  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The first violations, to be shown. */
  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** How much is remembered. */
  get size(): number {
    return [...this.#keys.values()].reduce((sum, key) => sum + key.size, 0);
  }

  #judge(read: ReadEvent, key: KeyHistory): readonly Violation[] {
    const context = { key, deltaMs: this.#deltaMs, flushedAt: this.#flushedAt };
    const found: Violation[] = [];
    for (const [name, rule] of Object.entries(rules)) {
      const invariant = name as Invariant;
      const detail = rule(read, context);
      if (detail === undefined) continue;
      this.#counts.set(invariant, (this.#counts.get(invariant) ?? 0) + 1);
      found.push({ invariant, detail, read });
    }
    this.#violations.push(...found.slice(0, SHOWN - this.#violations.length));
    this.#see(read, key);
    key.forgetBefore(read.end - this.#horizonMs);
    return found;
  }

  /** What a reader saw binds what it sees next, unless the answer said itself that it may be old. */
  #see(read: ReadEvent, key: KeyHistory): void {
    const version = shownVersion(read);
    const isShown = read.status === "current" || read.status === "deleted";
    if (read.reader === undefined || version === undefined) return;
    if (!isShown || read.cache === "bypass" || read.start < this.#flushedAt) return;
    key.seen.set(read.reader, Math.max(version, key.seen.get(read.reader) ?? 0));
  }

  #flush(end: number): readonly Violation[] {
    this.#flushedAt = Math.max(this.#flushedAt, end);
    for (const key of this.#keys.values()) {
      key.seen.clear();
      key.storedBy.clear();
    }
    return [];
  }
}
