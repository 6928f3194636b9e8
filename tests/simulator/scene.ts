/**
 * What all actors of a schedule share: its choices, its time, the truth, and what was noticed.
 *
 * @module
 */

import { Agenda } from "./agenda.ts";
import { Choices } from "./choices.ts";
import { ALL_FAULTS, Fault } from "./faults.ts";
import { LONG_DELAYS, LONG_GAPS, SHORT_DELAYS, SHORT_GAPS } from "./times.ts";
import { Truth } from "./truth.ts";

/** A promise that was not kept. */
export interface Violation {
  readonly invariant: string;
  readonly text: string;
}

/** Between whom messages travel, as bits: a bad day may be one of some of them only. */
export const Way = {
  readerToCache: 1,
  sinkToCache: 2,
  toOrigin: 4,
  toBroker: 8,
  toWatermarks: 16,
} as const;

/** One of them. */
export type Way = typeof Way[keyof typeof Way];

/** What schedules have in common, where a rare break is looked for. Else each draws its own. */
export interface Focus {
  /** As bits: the faults that are allowed. */
  readonly faults: number;
  /** As bits: the ways that are slow. */
  readonly slow: number;
}

const ALL_WAYS = 31;

/** Begun anew for each schedule. */
export class Scene {
  readonly choices: Choices = new Choices();
  readonly agenda: Agenda = new Agenda();
  readonly truth: Truth = new Truth();
  /** The faults this schedule allows, as bits. */
  faults = 0;
  /** The ways that are slow, as bits. */
  #slow = 0;
  #gaps = SHORT_GAPS;
  /** Nothing is late and nothing goes wrong any more: the end of a schedule. */
  isCalm = false;
  /** What took effect somewhere, answers on their way back not included. */
  operations = 0;
  /** What occurred, as bits: see `coverage.ts`. */
  seen = 0;
  violation: Violation | undefined;
  /** Whether it combines what is known to break the promises: see `world.ts`. */
  isResidue = false;
  /** Lines for a person; undefined when nobody is going to read them. */
  history: string[] | undefined;

  begin(now: number, focus: Focus | undefined): void {
    this.agenda.clear(now);
    const faults = focus?.faults ?? this.choices.below(ALL_FAULTS + 1);
    this.faults = faults;
    this.#slow = 0;
    if ((faults & Fault.delays) !== 0) this.#slow = focus?.slow ?? this.choices.below(ALL_WAYS + 1);
    this.#gaps = this.choices.below(2) === 0 ? SHORT_GAPS : LONG_GAPS;
    this.isResidue = false;
    this.isCalm = false;
    this.operations = 0;
    this.seen = 0;
    this.violation = undefined;
  }

  /** How long a message is on its way. */
  delay(way: Way): number {
    if (this.isCalm) return 0;
    const delays = (this.#slow & way) === 0 ? SHORT_DELAYS : LONG_DELAYS;
    return delays[this.choices.below(16)] as number;
  }

  /** How long an actor does nothing. */
  gap(): number {
    return this.isCalm ? 0 : this.#gaps[this.choices.below(16)] as number;
  }

  /** Whether a fault that is allowed happens now, once in so many times. */
  happens(fault: Fault, oneIn: number): boolean {
    return (this.faults & fault) !== 0 && !this.isCalm && this.choices.below(oneIn) === oneIn - 1;
  }

  tell(actor: string, text: string): void {
    this.history?.push(`${String(this.agenda.now).padStart(6)}  ${actor.padEnd(12)}  ${text}`);
  }

  /** The first broken promise counts: what follows may follow from it. */
  fail(invariant: string, text: string): void {
    this.violation ??= { invariant, text };
    this.tell("checker", `${invariant}: ${text}`);
  }
}
