/**
 * Dead letters as JSON: what the command line and HTTP show.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Headers, Position } from "../message.ts";
import type { Act } from "./act.ts";
import type { LetterState } from "./ledger.ts";
import { type DeadLetter, payloadOf } from "./letter.ts";
import type { FiledLetter, ShownLetter } from "./office.ts";

/** A payload; a body that holds none is shown as text, or in base64 where it is not text either. */
export type PayloadView =
  | { readonly payload: unknown }
  | { readonly text: string }
  | { readonly base64: string };

/** A letter on the list. */
export type LetterView = PayloadView & {
  readonly id: string;
  readonly key: string;
  readonly state: LetterState;
  readonly edited: boolean;
  readonly reason: string;
  readonly attempts: number;
  readonly stackDigest: string;
  /** RFC 3339. */
  readonly storedAt: string;
  readonly original: Position;
  readonly headers: Headers;
};

/** What somebody did to a letter. */
export interface ActView {
  /** What was done. */
  readonly kind: Act["kind"];
  /** Who did it: a person or a program. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** What one run does belongs together. */
  readonly run: string;
  /** What the request that asked for it is known by. */
  readonly correlationId?: string;
  /** Of an edit. */
  readonly payload?: unknown;
}

/** A letter with its history. */
export type ShownLetterView = LetterView & {
  /** How it came. */
  readonly came: PayloadView;
  readonly acts: readonly ActView[];
};

/** Shows a letter. */
export function viewOf(letter: FiledLetter): LetterView {
  const { id, key, state, edited, reason, attempts, stackDigest, storedAt } = letter;
  const { original, headers } = letter;
  return {
    id,
    key,
    state,
    edited,
    reason,
    attempts,
    stackDigest,
    storedAt: new Date(storedAt).toISOString(),
    original,
    headers: { ...headers },
    ...viewOfPayload(letter),
  };
}

/** Shows a letter with its history. */
export function viewOfShown({ letter, original, acts }: ShownLetter): ShownLetterView {
  return {
    ...viewOf(letter),
    came: viewOfPayload(original),
    acts: acts.map(viewOfAct),
  };
}

function viewOfAct(act: Act): ActView {
  const { kind, by, at, run, correlationId } = act;
  return {
    kind,
    by,
    at: new Date(at).toISOString(),
    run,
    ...(correlationId !== undefined && { correlationId }),
    ...(act.kind === "edited" && { payload: act.payload }),
  };
}

function viewOfPayload(letter: DeadLetter): PayloadView {
  try {
    return { payload: payloadOf(letter) };
  } catch {
    return viewOfBytes(letter.body);
  }
}

function viewOfBytes(body: Uint8Array): PayloadView {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(body) };
  } catch {
    return { base64: Buffer.from(body).toString("base64") };
  }
}
