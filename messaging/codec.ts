/**
 * CloudEvents 1.0 on the wire: binary mode by default, structured and plain where a peer wants them.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import { InvalidMessageError } from "./errors.ts";
import { HEARTBEAT_TYPE } from "./heartbeat.ts";
import type { Headers, OutgoingMessage } from "./message.ts";
import { refuseOversized } from "./message_limits.ts";
import { partitionOf } from "./partition.ts";
import type { Outgoing } from "./source.ts";

/** How an event travels: attributes in headers, all in one JSON document, or the payload alone. */
export type ContentMode = "binary" | "structured" | "plain";

/** What an encoder needs to know once. */
export interface EncoderOptions {
  /** The CloudEvents `source`: who sends. */
  readonly source: string;
  readonly contentMode: ContentMode;
  /** Of plain and binary mode. */
  readonly contentType: string;
}

/** Turns a payload into a message for one of `partitionCount` partitions. */
export type Encode<T> = (item: Outgoing<T>, partitionCount: number) => OutgoingMessage;

interface Attributes {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly subject: string;
  readonly traceparent: string | undefined;
}

/** Builds a channel's encoder. It throws `InvalidMessageError` for a payload that breaks the schema. */
export function createEncoder<T>(channel: Channel<T>, options: EncoderOptions): Encode<T> {
  const write = writers[options.contentMode];

  return (item, partitionCount) => {
    const payload = validate(channel, item.payload);
    const key = channel.keyOf(payload);
    const type = channel.typeOf(payload);
    if (key === "") throw new InvalidMessageError(`channel "${channel.name}" got an empty key`);
    if (type === HEARTBEAT_TYPE) throw new InvalidMessageError(`the type "${type}" is reserved`);
    const written = write(payload, {
      id: item.id ?? crypto.randomUUID(),
      type,
      time: toTime(item.time),
      subject: key,
      traceparent: item.traceparent,
    }, options);
    refuseOversized({ key, ...written });
    return { key, partition: partitionOf(key, partitionCount), ...written };
  };
}

interface Written {
  readonly headers: Headers;
  readonly body: string;
}

type Write = (payload: unknown, attributes: Attributes, options: EncoderOptions) => Written;

const writers: Readonly<Record<ContentMode, Write>> = {
  binary(payload, { id, type, time, subject, traceparent }, { source, contentType }) {
    const headers: Record<string, string> = {
      "content-type": contentType,
      ce_specversion: "1.0",
      ce_id: id,
      ce_source: source,
      ce_type: type,
      ce_time: time,
      ce_subject: subject,
    };
    if (traceparent !== undefined) headers["traceparent"] = traceparent;
    return { headers, body: toJson(payload) };
  },
  structured(data, { traceparent, ...attributes }, { source }) {
    const event = { specversion: "1.0", source, ...attributes, data };
    return {
      headers: { "content-type": "application/cloudevents+json" },
      body: toJson(traceparent === undefined ? event : { ...event, traceparent }),
    };
  },
  plain(payload, { traceparent }, { contentType }) {
    const headers: Record<string, string> = { "content-type": contentType };
    if (traceparent !== undefined) headers["traceparent"] = traceparent;
    return { headers, body: toJson(payload) };
  },
};

function validate<T>(channel: Channel<T>, payload: T): T {
  try {
    return channel.schema.parse(payload);
  } catch (cause) {
    const state = `the payload does not fit channel "${channel.name}"`;
    throw new InvalidMessageError(state, { cause });
  }
}

let lastSecond = NaN;
let lastSecondText = "";

/** Many messages are of the same second, and `toISOString` takes as long as the rest of encoding. */
function toTime(time: number = Date.now()): string {
  const ms = Math.trunc(time);
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    const date = new Date(ms);
    if (Number.isNaN(date.getTime())) throw new InvalidMessageError(`"${time}" is not a time`);
    lastSecondText = date.toISOString().slice(0, -"000Z".length);
    lastSecond = second;
  }
  return `${lastSecondText}${String(ms - second * 1000).padStart(3, "0")}Z`;
}

function toJson(value: unknown): string {
  const state = "the payload cannot be written as JSON";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new InvalidMessageError(state, { cause });
  }
  if (text === undefined) throw new InvalidMessageError(state);
  return text;
}
