/**
 * The dead-letter office of one group: lists, shows, edits, replays and discards. Start reading here.
 *
 * No broker is asked to remove or change a message: what is done is an act, appended to
 * `error.<destination>.<group>.acts`, and the list is the letters minus those that acts say are
 * replayed or discarded. The acts are the audit trail.
 *
 * @module
 */

import type { Act } from "./act.ts";
import type { LetterFilter } from "./filter.ts";
import type { LetterState } from "./ledger.ts";
import type { DeadLetter } from "./letter.ts";

/** A letter with what became of it; edited, it has the new payload. */
export interface FiledLetter extends DeadLetter {
  /** What became of it. */
  readonly state: LetterState;
  /** Whether `body` is another than the one that failed. */
  readonly edited: boolean;
}

/** A letter, how it came, and what was done to it. */
export interface ShownLetter {
  /** As it would be replayed. */
  readonly letter: FiledLetter;
  /** As it came. */
  readonly original: DeadLetter;
  /** What was done to it, oldest first. */
  readonly acts: readonly Act[];
}

/** Which page of the list. */
export interface ListQuery extends LetterFilter {
  /** 50 if absent. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** Letters that wait or are being replayed, oldest first. */
export interface LetterPage {
  /** At most as many as asked for. */
  readonly items: readonly FiledLetter[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Letters that failed for one reason at one place. */
export interface LetterGroup {
  /** The same text for all of them. */
  readonly reason: string;
  /** The same for failures at the same place in the code. */
  readonly stackDigest: string;
  /** How many letters. */
  readonly count: number;
  /** When the oldest was given up, in ms since the epoch. */
  readonly firstAt: number;
  /** When the newest was given up, in ms since the epoch. */
  readonly lastAt: number;
}

/** What a replay or discard is about. */
export interface BulkOptions {
  /** Which letters; all if absent. */
  readonly filter?: LetterFilter;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  /** Ends it early; what was done by then stays done. */
  readonly signal?: AbortSignal | undefined;
}

/** How far a replay has come. */
export interface ReplayProgress {
  /** Letters that were meant when it began. */
  readonly matched: number;
  /** Letters that are at their destination again. */
  readonly replayed: number;
  /** Taken by another operator meanwhile. */
  readonly skipped: number;
}

/** How a replay goes. */
export interface ReplayOptions extends BulkOptions {
  /** 100 if absent. */
  readonly ratePerSecond?: number | undefined;
  /** Called as letters are replayed: return at once, never throw. */
  readonly onProgress?: (progress: ReplayProgress) => void;
}

/** What was done, or would be. */
export interface ReplayResult extends ReplayProgress {
  /** Whether nothing was changed. */
  readonly dryRun: boolean;
}

/** What was done, or would be. */
export interface DiscardResult {
  /** Whether nothing was changed. */
  readonly dryRun: boolean;
  /** Letters that were meant when it began. */
  readonly matched: number;
  /** Letters that are off the list. */
  readonly discarded: number;
  /** Taken by another operator meanwhile. */
  readonly skipped: number;
}

/** The tools. Each call connects, works and lets go; nothing stays open between calls. */
export interface DeadLetterOffice {
  /** A page of the letters that match. Rejects with `RangeError` when the cursor's letter is gone. */
  list(query?: ListQuery): Promise<LetterPage>;
  /** The letters by reason, the most frequent first. */
  summarize(filter?: LetterFilter): Promise<readonly LetterGroup[]>;
  /** Also what was replayed or discarded; undefined when there is no such letter. */
  show(id: string): Promise<ShownLetter | undefined>;
  /**
   * Gives a letter another payload and keeps the original. Rejects with `InvalidMessageError` when
   * the group could not read it, `DeadLetterStateError` when the letter is taken, and `RangeError`
   * when there is none.
   */
  edit(id: string, payload: unknown): Promise<FiledLetter>;
  /** Sends what matches to its destination again, for this group alone. Letters that come meanwhile stay. */
  replay(options?: ReplayOptions): Promise<ReplayResult>;
  /** Takes what matches off the list; `show` still finds it. */
  discard(options?: BulkOptions): Promise<DiscardResult>;
}
