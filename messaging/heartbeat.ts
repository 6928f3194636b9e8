/**
 * The heartbeat on the wire: a message of a partition's sender that carries a watermark.
 *
 * It is a CloudEvent in binary mode whatever the channel's mode is, has no key, and no handler ever
 * sees it. Whoever may write to the destination may send one, so nothing in it is trusted.
 *
 * @module
 */

import { InvalidMessageError } from "./errors.ts";
import type { Delivery, Headers, OutgoingMessage } from "./message.ts";
import type { Heartbeat } from "./source.ts";
import type { Watermark } from "./watermark.ts";

/** The CloudEvents type no event of an application may have. */
export const HEARTBEAT_TYPE: string = "cauce.heartbeat";

const MAX_BODY_BYTES = 1024;
const MAX_PARTITIONS = 100_000;
/** Clocks that differ by more are not to be compared. */
const MAX_AHEAD_MS = 60_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** True for a heartbeat, sound or not. */
export function isHeartbeat(headers: Headers): boolean {
  return headers["ce_type"] === HEARTBEAT_TYPE;
}

/** Encodes a heartbeat of a destination with `partitionCount` partitions. */
export function encodeHeartbeat(
  { partition, time, epoch }: Heartbeat,
  { source, partitionCount }: { readonly source: string; readonly partitionCount: number },
): OutgoingMessage {
  if (!isPartition(partition, partitionCount)) {
    const state = `a heartbeat names partition ${partition} of ${partitionCount}`;
    throw new InvalidMessageError(state);
  }
  const date = new Date(time);
  if (time < 0 || Number.isNaN(date.getTime())) {
    throw new InvalidMessageError(`"${time}" is not the time of a heartbeat`);
  }
  return {
    key: "",
    partition,
    headers: {
      "content-type": "application/json",
      ce_specversion: "1.0",
      // What is said twice is one event.
      ce_id: `${partition}-${time}`,
      ce_source: source,
      ce_type: HEARTBEAT_TYPE,
      ce_time: date.toISOString(),
    },
    body: encoder.encode(JSON.stringify({ partitionCount })),
    ...(epoch !== undefined && { epoch }),
  };
}

/** What a heartbeat on `partition` says, or a text: why it cannot be believed. */
export function readHeartbeat(
  { headers, body }: Delivery,
  { partition, now }: { readonly partition: number; readonly now: number },
): Watermark | string {
  const time = toTime(headers["ce_time"]);
  if (time === undefined) return "it has no time";
  if (time > now + MAX_AHEAD_MS) return "its time is to come";
  const partitionCount = toPartitionCount(body);
  if (partitionCount === undefined) return "it does not say how many partitions there are";
  if (!isPartition(partition, partitionCount)) return "it counts too few partitions";
  return { partition, partitionCount, time };
}

function toTime(text: string | undefined): number | undefined {
  if (text === undefined || !TIME.test(text)) return undefined;
  const time = Date.parse(text);
  return time >= 0 ? time : undefined;
}

function toPartitionCount(body: Uint8Array): number | undefined {
  if (body.length > MAX_BODY_BYTES) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(decoder.decode(body));
  } catch {
    // Whoever sent this is not one of ours.
    return undefined;
  }
  if (typeof said !== "object" || said === null || !Object.hasOwn(said, "partitionCount")) {
    return undefined;
  }
  const { partitionCount: count } = said as { readonly partitionCount: unknown };
  const isCount = Number.isInteger(count) && Number(count) > 0 && Number(count) <= MAX_PARTITIONS;
  return isCount ? Number(count) : undefined;
}

function isPartition(partition: number, count: number): boolean {
  return Number.isInteger(partition) && partition >= 0 && partition < count;
}
