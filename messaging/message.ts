/**
 * What travels: bytes with a key and headers on the wire, a validated object in a handler.
 *
 * @module
 */

/** Headers as they travel: lower-case names, text values. Built without a prototype. */
export type Headers = Readonly<Record<string, string>>;

/** A message on its way to a broker: encoded, and placed on a partition. */
export interface OutgoingMessage {
  readonly key: string;
  readonly partition: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Where a message stands at its broker. Offsets are the broker's own text; compare them only there. */
export interface Position {
  readonly destination: string;
  readonly partition: number;
  readonly offset: string;
}

/** A message as the broker handed it over: nothing in it has been checked. */
export interface Delivery {
  /** Empty when the message has no key. */
  readonly key: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly offset: string;
  /** When the broker stored it, in ms since the epoch. */
  readonly storedAt: number;
}

/** What a handler receives: the event's attributes (CloudEvents 1.0) and its validated payload. */
export interface Message<T> {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  /** When the event happened, in ms since the epoch. */
  readonly time: number;
  readonly key: string;
  readonly payload: T;
  /** W3C trace context of the sender. */
  readonly traceparent: string | undefined;
  readonly headers: Headers;
  readonly position: Position;
}
