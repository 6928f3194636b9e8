/**
 * Writes messages as a record batch, the format of Kafka's log (magic 2).
 *
 * kafkajs can do it, at the price of a dozen buffers for every header of every record.
 *
 * @module
 */

import type { OutgoingMessage } from "../../message.ts";
import type { ByteWriter } from "./byte_writer.ts";
import type { ProduceBatch, ProducerIdentity } from "./client.ts";
import { crc32c } from "./crc32c.ts";

const MAGIC = 2;
const NO_ATTRIBUTES = 0;
const NONE = -1;
const LATER = 0;

/** What a batch carries beside its messages. */
export interface RecordBatchOptions {
  readonly identity: ProducerIdentity;
  /** In ms since the epoch. */
  readonly now: number;
}

/** Writes one batch. */
export function writeRecordBatch(
  writer: ByteWriter,
  { messages, firstSequence }: Pick<ProduceBatch, "messages" | "firstSequence">,
  { identity, now }: RecordBatchOptions,
): void {
  const start = writer.length;
  writer.int64(0); // the offset is the broker's to give
  writer.int32(LATER);
  writer.int32(NONE); // leader epoch
  writer.int8(MAGIC);
  writer.int32(LATER);
  const checked = writer.length;
  writer.int16(NO_ATTRIBUTES);
  writer.int32(messages.length - 1);
  writer.int64(now);
  writer.int64(now);
  writer.int64(Number(identity.producerId));
  writer.int16(identity.epoch);
  writer.int32(firstSequence);
  writer.int32(messages.length);
  for (const [index, message] of messages.entries()) writeRecord(writer, message, index);
  writer.setInt32(start + 8, writer.length - start - 12);
  writer.setInt32(checked - 4, crc32c(writer.written.subarray(checked)));
}

function writeRecord(
  writer: ByteWriter,
  { key, headers, body }: OutgoingMessage,
  index: number,
): void {
  const start = writer.length;
  writer.int8(NO_ATTRIBUTES);
  writer.varint(0); // ms after the batch's time
  writer.varint(index);
  // A key without text is no key.
  if (key === "") writer.varint(NONE);
  else writer.varText(key);
  if (typeof body === "string") writer.varText(body);
  else writer.varBytes(body);
  const names = Object.keys(headers);
  writer.varint(names.length);
  for (const name of names) {
    writer.varText(name);
    writer.varText(headers[name] ?? "");
  }
  writer.prefixVarint(start);
}
