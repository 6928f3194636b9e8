/**
 * What travels: bytes with a key and headers on the wire, a validated object in a handler.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Headers as they travel: lower-case names, text values. Built without a prototype. */
export type Headers = Readonly<Record<string, string>>;

/**
 * The body of a message that is sent: bytes as they are, or text that stands for its UTF-8. Brokers
 * want one or the other, and each turn between them costs as much as all else that a binder does with
 * a short message. Must not change after it was handed over.
 */
export type Body = string | Uint8Array;

/** A message on its way to a broker: encoded, and placed on a partition. */
export interface OutgoingMessage {
  /** Messages with the same key share a partition and keep their order. */
  readonly key: string;
  /** From 0. */
  readonly partition: number;
  /** Sent as they are. */
  readonly headers: Headers;
  /** The encoded payload. */
  readonly body: Body;
  /** Stored only while its partition has this epoch; see `ProducerBinding.epochs`. */
  readonly epoch?: string | undefined;
}

/** Where a message stands at its broker. Offsets are the broker's own text; compare them only there. */
export interface Position {
  /** The topic or streams. */
  readonly destination: string;
  /** From 0. */
  readonly partition: number;
  /** Where in the partition. */
  readonly offset: string;
}

/** A message as the broker handed it over: nothing in it has been checked. */
export interface Delivery {
  /** Empty when the message has no key. */
  readonly key: string;
  /** What the sender set, and nothing the binder needs for itself. */
  readonly headers: Headers;
  /** The encoded payload. */
  readonly body: Uint8Array;
  /** Where in the partition; what `Assignment.settle` takes. */
  readonly offset: string;
  /** When the broker stored it, in ms since the epoch. */
  readonly storedAt: number;
}

/** What a handler receives: the event's attributes (CloudEvents 1.0) and its validated payload. */
export interface Message<T> {
  /** Unique per event, together with `source`. The same event has the same id at each delivery. */
  readonly id: string;
  /** Who sent it: the sending application. */
  readonly source: string;
  /** What happened: `organization.updated`. */
  readonly type: string;
  /** What it happened to; undefined if the sender did not say. */
  readonly subject: string | undefined;
  /** When the event happened, in ms since the epoch. */
  readonly time: number;
  /** What decides its partition and order; empty if it has none. */
  readonly key: string;
  /** What the channel's schema made of the body. */
  readonly payload: T;
  /** W3C trace context of the sender. */
  readonly traceparent: string | undefined;
  /** All of the wire's headers, the event's attributes included. */
  readonly headers: Headers;
  /** Where it stands at its broker. */
  readonly position: Position;
}

/** The bytes of a body; a copy only where it is text. */
export function toBytes(body: Body): Uint8Array {
  return typeof body === "string" ? Buffer.from(body) : body;
}

/** How many bytes a body takes. */
export function byteLengthOf(body: Body): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
