/**
 * What was done to dead letters: one record for each act, never changed, never removed.
 *
 * @module
 */

import type { Delivery, OutgoingMessage } from "../message.ts";

/** Who acts. */
export interface Operator {
  /** A person or a program, for the audit trail. */
  readonly by: string;
  /** What the request that asked for it is known by. */
  readonly correlationId?: string | undefined;
}

/** What can be done to letters. */
export type Deed =
  /** They are this run's to replay, for a while: nobody else replays, edits or discards them. */
  | { readonly kind: "claimed"; readonly forMs: number }
  /** The run gives them back. */
  | { readonly kind: "released" }
  /** They were sent to their destination again. */
  | { readonly kind: "replayed" }
  | { readonly kind: "discarded" }
  /** They will be replayed with this payload. */
  | { readonly kind: "edited"; readonly payload: unknown };

/** An act as it is stored. */
export type Act = Operator & Deed & {
  readonly id: string;
  /** The ids of the letters. */
  readonly letters: readonly string[];
  /** By the operator's clock, in ms since the epoch. */
  readonly at: number;
  /** What one run does belongs together. */
  readonly run: string;
};

const kinds: ReadonlySet<unknown> = new Set<Deed["kind"]>([
  "claimed",
  "released",
  "replayed",
  "discarded",
  "edited",
]);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The acts' destination of a dead-letter destination. */
export function actsDestination(deadLetterDestination: string): string {
  return `${deadLetterDestination}.acts`;
}

/** Encodes an act; all acts of a destination have one order. */
export function encodeAct(act: Act): OutgoingMessage {
  return {
    key: act.run,
    partition: 0,
    headers: { "content-type": "application/json" },
    body: encoder.encode(JSON.stringify(act)),
  };
}

/** Reads an act; undefined when the delivery is none. */
export function decodeAct({ body }: Delivery): Act | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(body));
  } catch {
    // Somebody else's message does not end the reading of acts.
    return undefined;
  }
  return isAct(value) ? value : undefined;
}

function isAct(value: unknown): value is Act {
  if (typeof value !== "object" || value === null) return false;
  const act = value as Record<string, unknown>;
  return kinds.has(act["kind"]) &&
    [act["id"], act["by"], act["run"]].every((text) => typeof text === "string") &&
    Array.isArray(act["letters"]) && typeof act["at"] === "number" &&
    (act["kind"] !== "claimed" || typeof act["forMs"] === "number");
}
