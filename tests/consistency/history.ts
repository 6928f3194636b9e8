/**
 * What happened, as the checker judges it: every write, every read, every fence that was seen. Start
 * reading here, then `history_checker.ts`.
 *
 * Events come in the order of their ends, and all times are of one clock, in ms.
 *
 * @module
 */

/** What is checked, by the protocol's own numbers. */
export type Invariant = keyof typeof INVARIANTS;

/** In words. */
export const INVARIANTS = {
  register: "a read shows what was written with its version, and nothing that never was",
  I1:
    "no answer of the cache below a fence applied, nor a version asked for, before the read began",
  I2: "versions a reader sees only grow between flushes",
  I3: "at quiescence a hit is what the origin has",
  I4: "one lease at a time: no version is stored by two instances between flushes",
  I5: "a deleted organization is never shown live after its fence",
  I6: "what is called current lacks nothing acknowledged longer ago than Δ",
} as const;

/** What an organization was at a version. */
export type State = "live" | "deleted";

/** A write is about to be sent: from here on its version may be seen. */
export interface AttemptEvent {
  readonly kind: "attempt";
  readonly key: string;
  readonly deletes: boolean;
  readonly at: number;
}

/** A write was acknowledged. One without an answer stays an attempt for ever. */
export interface WriteEvent {
  readonly kind: "write";
  readonly key: string;
  readonly version: number;
  readonly state: State;
  /** The name it gave; undefined for a deletion. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** What an answer called the organization it showed. */
export type ShownStatus = "current" | "stale" | "unavailable" | "deleted";

/** How the cache was met: `Cache-Status`. */
export type CacheUse = "hit" | "revalidated" | "stored" | "miss" | "stale" | "bypass";

/** A read was answered. One that failed is no event: it showed nothing. */
export interface ReadEvent {
  readonly kind: "read";
  readonly key: string;
  /** Reads one after the other; undefined for reads of nobody in particular. */
  readonly reader: string | undefined;
  readonly instance: string;
  readonly start: number;
  readonly end: number;
  /** Nothing older was asked for; 0 for anything. */
  readonly minVersion: number;
  readonly status: ShownStatus;
  readonly cache: CacheUse;
  /** Of the organization shown; undefined where none is. */
  readonly version: number | undefined;
  readonly name: string | undefined;
}

/** By `at` a cache entry was seen to have this fence. */
export interface FenceEvent {
  readonly kind: "fence";
  readonly key: string;
  readonly version: number;
  readonly at: number;
}

/** The cache was emptied in between. */
export interface FlushEvent {
  readonly kind: "flush";
  readonly start: number;
  readonly end: number;
}

/** The origin said so, and nothing is written any more. */
export interface SettledEvent {
  readonly kind: "settled";
  readonly key: string;
  readonly version: number;
  readonly state: State;
  readonly name: string | undefined;
  readonly at: number;
}

/** Nobody will read or write this key again. */
export interface ForgetEvent {
  readonly kind: "forget";
  readonly key: string;
}

/** One step of a history. */
export type HistoryEvent =
  | AttemptEvent
  | WriteEvent
  | ReadEvent
  | FenceEvent
  | FlushEvent
  | SettledEvent
  | ForgetEvent;

/** A broken promise, and the read that shows it. */
export interface Violation {
  readonly invariant: Invariant;
  /** For a person: what was seen, and what was known. */
  readonly detail: string;
  readonly read: ReadEvent;
}
