/**
 * Turns records into deliveries and messages into records.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Delivery, Headers, OutgoingMessage } from "../../message.ts";
import type { FetchedPartition } from "./client.ts";
import type { KafkajsFetchedPartition, KafkajsRecord } from "./kafkajs_types.ts";

const NO_BYTES = new Uint8Array();
const NO_HEADERS: Headers = Object.freeze(Object.create(null));
// The key of the control record that ends an aborted transaction: version 0, type 0.
const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);

/**
 * The records from `position` on. The broker sends whole batches, so earlier ones may come along;
 * control records and those of aborted transactions are passed over.
 */
export function toFetched(from: KafkajsFetchedPartition, position: number): FetchedPartition {
  const deliveries: Delivery[] = [];
  const isAborted = createAbortedFilter(from.abortedTransactions ?? []);
  let nextOffset = position;
  for (const record of from.messages) {
    const offset = Number(record.offset);
    const aborted = isAborted(record, offset);
    if (offset < position) continue;
    nextOffset = offset + 1;
    if (!record.isControlRecord && !aborted) deliveries.push(toDelivery(record));
  }
  return { partition: from.partition, deliveries, nextOffset };
}

/** A message as kafkajs encodes it. A key without text is no key. */
export function toRecord({ key, headers, body }: OutgoingMessage): object {
  return {
    key: key === "" ? null : key,
    value: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    headers,
  };
}

function toDelivery({ key, value, headers, offset, timestamp }: KafkajsRecord): Delivery {
  return {
    // A TextDecoder would drop a leading byte order mark.
    key: key === null ? "" : key.toString("utf8"),
    headers: toHeaders(headers),
    body: value ?? NO_BYTES,
    offset,
    storedAt: Number(timestamp),
  };
}

/** Header values arrive as bytes, as a list where a name repeats, or null: the first value wins. */
function toHeaders(given: Readonly<Record<string, unknown>>): Headers {
  const names = Object.keys(given);
  if (names.length === 0) return NO_HEADERS;
  const headers: Record<string, string> = Object.create(null);
  for (const name of names) {
    const value = given[name];
    // For a name like "constructor" kafkajs puts what the prototype has in front of the bytes.
    const first = Array.isArray(value) ? value.find((one) => Buffer.isBuffer(one)) : value;
    headers[name.toLowerCase()] ??= Buffer.isBuffer(first) ? first.toString("utf8") : "";
  }
  return headers;
}

/** Follows the offsets at which producers began transactions that came to nothing. */
function createAbortedFilter(
  transactions: readonly { producerId: string; firstOffset: string }[],
): (record: KafkajsRecord, offset: number) => boolean {
  if (transactions.length === 0) return () => false;
  const waiting = transactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((left, right) => left.firstOffset - right.firstOffset);
  const aborted = new Set<string>();
  return ({ batchContext, isControlRecord, key }, offset) => {
    while (waiting[0] !== undefined && waiting[0].firstOffset <= offset) {
      aborted.add(waiting.shift()?.producerId ?? "");
    }
    if (batchContext === undefined) return false;
    if (isControlRecord && key !== null && ABORT_MARKER.equals(key)) {
      aborted.delete(batchContext.producerId);
    }
    return batchContext.inTransaction && aborted.has(batchContext.producerId);
  };
}
