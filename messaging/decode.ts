/**
 * Reads what arrived, whoever sent it: the other half of the codec.
 *
 * Nothing in a delivery is trusted: every failure is an `InvalidMessageError`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Channel } from "./channel.ts";
import { InvalidMessageError } from "./errors.ts";
import type { Delivery, Headers, Message, Position } from "./message.ts";
import { refuseOversized } from "./message_limits.ts";
import { REPLAY_OF } from "./middleware/replay_group.ts";

const STRUCTURED = "application/cloudevents+json";
const LONGEST_QUOTE = 40;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const decoder = new TextDecoder("utf-8", { fatal: true });

type Attributes = Readonly<Record<string, unknown>>;

/** Turns a delivery into a validated message, or throws `InvalidMessageError`. */
export function decodeMessage<T>(
  channel: Channel<T>,
  delivery: Delivery,
  position: Position,
): Message<T> {
  refuseOversized(delivery);
  const { headers, body } = delivery;
  const type = mediaType(headers);
  if (type === STRUCTURED) {
    const event = readJson(body);
    if (typeof event !== "object" || event === null || Array.isArray(event)) {
      throw new InvalidMessageError("a structured CloudEvent is not a JSON object");
    }
    const attributes = event as Attributes;
    const data = Object.hasOwn(attributes, "data") ? attributes["data"] : undefined;
    return toMessage(channel, delivery, { attributes, data, position });
  }
  if (type !== undefined && type !== "application/json" && !type.endsWith("+json")) {
    throw new InvalidMessageError(`content type ${quote(type)} is not JSON`);
  }
  const data = readJson(body);
  const attributes = headers["ce_specversion"] === undefined ? undefined : fromHeaders(headers);
  return toMessage(channel, delivery, { attributes, data, position });
}

interface Parts {
  /** Undefined: a plain message without CloudEvents attributes. */
  readonly attributes: Attributes | undefined;
  readonly data: unknown;
  readonly position: Position;
}

function toMessage<T>(
  channel: Channel<T>,
  delivery: Delivery,
  { attributes, data, position }: Parts,
): Message<T> {
  const payload = validate(channel, data);
  const { key, headers } = delivery;
  const { destination, partition, offset } = position;
  const traceparent = toTraceparent(headers["traceparent"] ?? attributes?.["traceparent"]);
  if (attributes === undefined) {
    return {
      id: headers[REPLAY_OF] ?? `${destination}/${partition}/${offset}`,
      source: destination,
      type: channel.name,
      subject: undefined,
      time: delivery.storedAt,
      key,
      payload,
      traceparent,
      headers,
      position,
    };
  }
  const version = attributes["specversion"];
  if (typeof version !== "string" || !version.startsWith("1.")) {
    throw new InvalidMessageError(`CloudEvents version ${quote(version)} is unknown`);
  }
  const { subject, time } = attributes;
  return {
    id: required(attributes, "id"),
    source: required(attributes, "source"),
    type: required(attributes, "type"),
    subject: typeof subject === "string" ? subject : undefined,
    time: time === undefined ? delivery.storedAt : toTime(time),
    key,
    payload,
    traceparent,
    headers,
    position,
  };
}

function fromHeaders(headers: Headers): Attributes {
  return {
    specversion: headers["ce_specversion"],
    id: headers["ce_id"],
    source: headers["ce_source"],
    type: headers["ce_type"],
    subject: headers["ce_subject"],
    time: headers["ce_time"],
    // As the extension for distributed tracing spells it.
    traceparent: headers["ce_traceparent"],
  };
}

/** True when the body is a whole CloudEvent, its attributes included. */
export function isStructured(headers: Headers): boolean {
  return mediaType(headers) === STRUCTURED;
}

function mediaType(headers: Headers): string | undefined {
  // Spring writes `contentType`; a binder may have put it in lower case.
  const value = headers["content-type"] ?? headers["contentType"] ?? headers["contenttype"];
  if (value === undefined || value === "application/json") return value;
  // Spring before 2.0 put the value in quotes.
  return value.split(";", 1)[0]?.trim().replace(/^"|"$/g, "").toLowerCase() ?? "";
}

function readJson(body: Uint8Array): unknown {
  try {
    const text = toText(body);
    // An escape could spell the same name, so those texts take the slow way too.
    const suspicious = text.includes("__proto__") || text.includes("\\u");
    return JSON.parse(text, suspicious ? withoutProto : undefined);
  } catch (cause) {
    throw new InvalidMessageError("the body is not JSON in UTF-8", { cause });
  }
}

/**
 * A decoder takes three times as long. It is asked where `toString` would put a sign in place of
 * bytes that are not UTF-8, or keep a byte order mark.
 */
function toText(body: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = body;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(buffer, byteOffset, byteLength);
  const text = bytes.toString();
  const isSure = !text.includes("\uFFFD") && !text.startsWith("\uFEFF");
  return isSure ? text : decoder.decode(body);
}

function withoutProto(name: string, value: unknown): unknown {
  return name === "__proto__" ? undefined : value;
}

function validate<T>(channel: Channel<T>, data: unknown): T {
  try {
    return channel.schema.parse(data);
  } catch (cause) {
    const state = `the payload does not fit channel "${channel.name}"`;
    throw new InvalidMessageError(state, { cause });
  }
}

function required(attributes: Attributes, name: string): string {
  const value = attributes[name];
  if (typeof value === "string" && value !== "") return value;
  throw new InvalidMessageError(`the CloudEvents attribute "${name}" is missing`);
}

let lastTime: unknown;
let lastTimeMs = NaN;

/** Many messages are of the same millisecond. */
function toTime(time: unknown): number {
  if (time === lastTime) return lastTimeMs;
  const parsed = typeof time === "string" ? Date.parse(time) : NaN;
  if (Number.isNaN(parsed)) throw new InvalidMessageError(`${quote(time)} is not a time`);
  lastTimeMs = parsed;
  lastTime = time;
  return parsed;
}

/** Short: an attribute may be as long as a body, and errors are logged. */
function quote(value: unknown): string {
  return typeof value === "string" ? `"${value.slice(0, LONGEST_QUOTE)}"` : `of ${typeof value}`;
}

function toTraceparent(value: unknown): string | undefined {
  return typeof value === "string" && TRACEPARENT.test(value) ? value : undefined;
}
