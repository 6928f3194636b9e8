/**
 * A dead letter as it lies in `error.<destination>.<group>`, and how it is given another payload.
 *
 * @module
 */

import { isStructured } from "../decode.ts";
import { InvalidMessageError } from "../errors.ts";
import type { Delivery, Headers, OutgoingMessage, Position } from "../message.ts";
import { deadLetterHeaders as names } from "../middleware/dead_letter.ts";
import { REPLAY_GROUP, REPLAY_OF } from "../middleware/replay_group.ts";
import { partitionOf } from "../partition.ts";

/** A message that was given up, and why. */
export interface DeadLetter {
  /** Its offset in the dead-letter destination; safe in addresses. */
  readonly id: string;
  /** The message's own. */
  readonly key: string;
  /** The error's text, or what was wrong with the message. */
  readonly reason: string;
  /** Tries before it was given up. */
  readonly attempts: number;
  /** The same for failures at the same place in the code. */
  readonly stackDigest: string;
  /** When it was given up, in ms since the epoch. */
  readonly storedAt: number;
  /** Where the message stood. */
  readonly original: Position;
  /** The message's own headers, without those a dead letter adds. */
  readonly headers: Headers;
  /** The message's own, byte by byte. */
  readonly body: Uint8Array;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** Reads a dead letter; undefined when the delivery is none. */
export function toLetter(
  { key, headers, body, offset, storedAt }: Delivery,
): DeadLetter | undefined {
  const destination = headers[names.destination];
  if (destination === undefined) return undefined;
  const own = new Set<string>(Object.values(names));
  const kept: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) if (!own.has(name)) kept[name] = value;
  return {
    id: offset,
    key,
    reason: headers[names.reason] ?? "",
    attempts: Number(headers[names.attempts]) || 0,
    stackDigest: headers[names.stackDigest] ?? "",
    storedAt,
    original: {
      destination,
      partition: Number(headers[names.partition] ?? NaN),
      offset: headers[names.offset] ?? "",
    },
    headers: kept,
    body,
  };
}

/** The payload inside a body; throws `InvalidMessageError` where there is none to be read. */
export function payloadOf({ headers, body }: Pick<DeadLetter, "headers" | "body">): unknown {
  const value = readJson(body);
  return isStructured(headers) ? toEvent(value)["data"] : value;
}

/** The letter with another payload; attributes and headers stay. Throws `InvalidMessageError`. */
export function withPayload(letter: DeadLetter, payload: unknown): DeadLetter {
  const { headers, body } = letter;
  if (isStructured(headers)) {
    const event = toEvent(readJson(body));
    return { ...letter, body: toJson({ ...event, data: payload }) };
  }
  const json: Headers = Object.assign(Object.create(null), headers, {
    "content-type": "application/json",
  });
  return { ...letter, headers: json, body: toJson(payload) };
}

/** The original message anew, for one group: same key, id and headers. */
export function toReplay(
  letter: DeadLetter,
  { group, partitionCount }: { group: string; partitionCount: number },
): OutgoingMessage {
  const { key, original, headers, body } = letter;
  const { destination, partition, offset } = original;
  return {
    key,
    // Whoever sent it chose the partition; elsewhere its key could lose its order.
    partition: partition >= 0 && partition < partitionCount
      ? partition
      : partitionOf(key, partitionCount),
    headers: Object.assign(
      Object.create(null),
      { [REPLAY_OF]: `${destination}/${partition}/${offset}` },
      headers,
      { [REPLAY_GROUP]: group },
    ),
    body,
  };
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch (cause) {
    throw new InvalidMessageError("the body is not JSON in UTF-8", { cause });
  }
}

function toJson(value: unknown): Uint8Array {
  const text: string | undefined = JSON.stringify(value);
  if (text !== undefined) return encoder.encode(text);
  throw new InvalidMessageError("the payload cannot be written as JSON");
}

function toEvent(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new InvalidMessageError("a structured CloudEvent is not a JSON object");
}
