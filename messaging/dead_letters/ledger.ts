/**
 * What became of each dead letter: the acts, folded in their order. Everybody who reads the same acts
 * comes to the same result, so their order decides between operators.
 *
 * @module
 */

import type { Act } from "./act.ts";

/** Where a letter stands. Only what is waiting can be replayed, edited or discarded. */
export type LetterState = "waiting" | "replaying" | "replayed" | "discarded";

interface Entry {
  readonly acts: Act[];
  end: "replayed" | "discarded" | undefined;
  claim: { readonly run: string; readonly until: number } | undefined;
  edit: { readonly payload: unknown } | undefined;
}

/** The acts so far. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #known = new Set<string>();

  /**
   * Takes the next act and returns the letters on which it has an effect: not on those that are
   * replayed or discarded, nor on those another run has claimed. An act that comes twice counts once.
   */
  apply(act: Act, storedAt: number): readonly string[] {
    if (this.#known.has(act.id)) return [];
    this.#known.add(act.id);
    return act.letters.filter((letter) => {
      const entry = this.#entries.get(letter) ?? newEntry();
      if (!change(entry, act, storedAt)) return false;
      entry.acts.push(act);
      this.#entries.set(letter, entry);
      return true;
    });
  }

  /** Where a letter stands at `now`. */
  stateOf(letter: string, now: number): LetterState {
    const entry = this.#entries.get(letter);
    if (entry?.end !== undefined) return entry.end;
    return entry?.claim !== undefined && now < entry.claim.until ? "replaying" : "waiting";
  }

  /** The payload somebody gave it, if anybody did. */
  editOf(letter: string): { readonly payload: unknown } | undefined {
    return this.#entries.get(letter)?.edit;
  }

  /** The acts that had an effect on it, in order. */
  actsOf(letter: string): readonly Act[] {
    return this.#entries.get(letter)?.acts ?? [];
  }
}

function newEntry(): Entry {
  return { acts: [], end: undefined, claim: undefined, edit: undefined };
}

/** Changes the entry, unless the act has no effect on it. */
function change(entry: Entry, act: Act, storedAt: number): boolean {
  const { claim } = entry;
  if (entry.end !== undefined) return false;
  if (act.kind === "replayed") {
    // It has happened, whoever had the claim.
    entry.end = "replayed";
    return true;
  }
  if (act.kind === "released") {
    if (claim?.run !== act.run) return false;
    entry.claim = undefined;
    return true;
  }
  // The broker's times, not the operators': both claims are judged by the same log.
  if (claim !== undefined && claim.run !== act.run && storedAt < claim.until) return false;
  if (act.kind === "claimed") entry.claim = { run: act.run, until: storedAt + act.forMs };
  else if (act.kind === "edited") entry.edit = { payload: act.payload };
  else entry.end = "discarded";
  return true;
}
