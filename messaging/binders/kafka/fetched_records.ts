/**
 * Reads record batches, the format of Kafka's log (magic 2), as deliveries.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import type { Delivery } from "../../message.ts";
import { ByteReader } from "./byte_reader.ts";
import type { FetchedPartition } from "./client.ts";
import { RecordTexts } from "./record_texts.ts";
import { KafkaRequestError } from "./request_error.ts";

const MAGIC = 2;
/** Base offset and length, which the length does not count. */
const PREFIX_BYTES = 12;
const HEADER_BYTES = 61;
const CODEC = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const GZIP = 1;
/** The type in the key of the control record that ends an aborted transaction. */
const ABORT = 0;

/** What the compressed batches of one answer may expand to: one of a mebibyte could be a thousand. */
const MAX_EXPANDED_BYTES = 64 * 1024 * 1024;

const NO_BYTES = new Uint8Array();

/** A transaction that came to nothing, and where it begins. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** What a broker answered for one partition. */
export interface RawPartition {
  readonly partition: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly records: Buffer | undefined;
}

/**
 * The records from `position` on. The broker sends whole batches, so earlier ones may come along,
 * and the last may be cut off; control records and those of aborted transactions are passed over. A
 * batch that would expand too far is one delivery as it came, for nobody to read.
 */
export function toFetched(
  { partition, aborted, records }: RawPartition,
  position: number,
): FetchedPartition {
  const deliveries: Delivery[] = [];
  const isAborted = createAbortedFilter(aborted);
  const texts = new RecordTexts();
  let nextOffset = position;
  let expandable = MAX_EXPANDED_BYTES;
  for (let start = 0; records !== undefined && records.length - start >= HEADER_BYTES;) {
    const end = start + PREFIX_BYTES + records.readInt32BE(start + 8);
    if (end > records.length) break;
    const batch = readBatch(records.subarray(start, end), expandable);
    expandable -= batch.expandedBytes;
    // The next answer begins with it, and has room for it if any has.
    if (batch.isTooLarge && expandable < MAX_EXPANDED_BYTES) break;
    if (!isAborted(batch)) readRecords(batch, { position, texts, deliveries });
    nextOffset = Math.max(nextOffset, batch.lastOffset + 1);
    start = end;
  }
  return { partition, deliveries, nextOffset };
}

interface Batch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly baseTime: number;
  readonly maxTime: number;
  readonly producerId: number;
  readonly count: number;
  /** Stands at the first record. */
  readonly reader: ByteReader;
  /** Of the records, where they were compressed. */
  readonly expandedBytes: number;
  /** The reader stands at the compressed records then. */
  readonly isTooLarge: boolean;
}

function readBatch(bytes: Buffer, expandable: number): Batch {
  const header = new ByteReader(bytes);
  const baseOffset = header.int64();
  header.at += 8; // length and leader epoch
  if (header.int8() !== MAGIC) {
    const state = "records are in a format of before Kafka 0.11";
    throw new KafkaRequestError("UNSUPPORTED_FOR_MESSAGE_FORMAT", state);
  }
  header.at += 4; // checksum: TCP has one
  const attributes = header.int16();
  const lastOffset = baseOffset + header.int32();
  const baseTime = header.int64();
  const maxTime = header.int64();
  const producerId = header.int64();
  header.at += 6; // epoch and sequence
  const count = header.int32();
  return {
    ...{ baseOffset, lastOffset, attributes, baseTime, maxTime, producerId, count },
    ...toRecords(header, { codec: attributes & CODEC, expandable }),
  };
}

function toRecords(
  header: ByteReader,
  { codec, expandable }: { readonly codec: number; readonly expandable: number },
): Pick<Batch, "reader" | "expandedBytes" | "isTooLarge"> {
  if (codec === 0) return { reader: header, expandedBytes: 0, isTooLarge: false };
  if (codec === GZIP) {
    const bytes = expand(header.bytes.subarray(header.at), expandable);
    if (bytes === undefined) return { reader: header, expandedBytes: 0, isTooLarge: true };
    return { reader: new ByteReader(bytes), expandedBytes: bytes.length, isTooLarge: false };
  }
  const state = `records are compressed with codec ${codec}, and only gzip can be read`;
  throw new KafkaRequestError("UNSUPPORTED_COMPRESSION_TYPE", state);
}

function expand(bytes: Buffer, limit: number): Buffer | undefined {
  try {
    // No room left is no limit to zlib.
    return gunzipSync(bytes, { maxOutputLength: Math.max(limit, 1) });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") {
      return undefined;
    }
    throw error;
  }
}

interface Target {
  readonly position: number;
  readonly texts: RecordTexts;
  readonly deliveries: Delivery[];
}

function readRecords(batch: Batch, { position, texts, deliveries }: Target): void {
  const { baseOffset, attributes, baseTime, maxTime, count, reader } = batch;
  if ((attributes & CONTROL) !== 0) return;
  if (batch.isTooLarge) {
    deliveries.push({
      key: "",
      // No channel reads it.
      headers: { "content-type": "application/gzip" },
      body: reader.bytes.subarray(reader.at),
      offset: String(batch.lastOffset),
      storedAt: maxTime,
    });
    return;
  }
  const appendTime = (attributes & LOG_APPEND_TIME) !== 0;
  for (let index = 0; index < count; index += 1) {
    const length = reader.varint();
    const end = reader.at + length;
    reader.at += 1; // attributes, of which there are none
    const delta = reader.varint();
    const offset = baseOffset + reader.varint();
    if (offset >= position) {
      deliveries.push({
        key: texts.key(reader),
        body: reader.varSized() ?? NO_BYTES,
        headers: texts.headers(reader),
        offset: String(offset),
        storedAt: appendTime ? maxTime : baseTime + delta,
      });
    }
    reader.at = end;
  }
}

/** Follows the offsets at which producers began transactions that came to nothing. */
function createAbortedFilter(
  transactions: readonly AbortedTransaction[],
): (batch: Batch) => boolean {
  if (transactions.length === 0) return () => false;
  const waiting = transactions.toSorted((left, right) => left.firstOffset - right.firstOffset);
  const aborted = new Set<number>();
  return ({ lastOffset, attributes, producerId, reader }) => {
    while (waiting[0] !== undefined && waiting[0].firstOffset <= lastOffset) {
      aborted.add(waiting.shift()?.producerId ?? 0);
    }
    if ((attributes & CONTROL) !== 0) {
      if (controlType(reader) === ABORT) aborted.delete(producerId);
      return true;
    }
    return (attributes & TRANSACTIONAL) !== 0 && aborted.has(producerId);
  };
}

/** A control batch has one record, whose key is a version and a type. */
function controlType({ bytes, at }: ByteReader): number | undefined {
  const reader = new ByteReader(bytes, at);
  reader.varint(); // length
  reader.at += 1;
  reader.varint(); // time
  reader.varint(); // offset
  const key = reader.varSized();
  return key?.readInt16BE(2);
}
