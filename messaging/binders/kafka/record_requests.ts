/**
 * The two requests that carry records. kafkajs sends them; it does not see the records.
 *
 * Their versions are the oldest that carry record batches: every broker since Kafka 0.11 speaks them.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { FetchedPartition, FetchRequest, ProduceRequest } from "./client.ts";
import { toAnsweredError } from "./error_codes.ts";
import { type AbortedTransaction, toFetched } from "./fetched_records.ts";
import type { KafkajsRequest } from "./kafkajs_types.ts";
import { writeRecordBatch } from "./record_batch.ts";

const ALL_REPLICAS = -1;
const NO_REPLICA = -1;
const READ_COMMITTED = 1;
const MIN_BYTES = 1;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_BYTES_PER_PARTITION = 1024 * 1024;
const DUPLICATE_SEQUENCE_NUMBER = 46;

/** Stores batches; the broker answers within `timeoutMs` or with an error. */
export function createProduceRequest(
  { topic, identity, batches }: Omit<ProduceRequest, "leader">,
  timeoutMs: number,
): KafkajsRequest<void> {
  return toKafkajsRequest({ apiKey: 0, apiVersion: 3, apiName: "Produce" }, {
    encode() {
      const writer = new ByteWriter(64 * 1024);
      writer.text(null); // transaction
      writer.int16(ALL_REPLICAS);
      writer.int32(timeoutMs);
      writer.int32(1);
      writer.text(topic);
      writer.int32(batches.length);
      for (const batch of batches) {
        writer.int32(batch.partition);
        const size = writer.length;
        writer.int32(0);
        writeRecordBatch(writer, batch, { identity, now: Date.now() });
        writer.setInt32(size, writer.length - size - 4);
      }
      return writer.written;
    },
    decode(reader) {
      readTopics(reader, () => {
        const partition = reader.int32();
        const error = reader.int16();
        reader.at += 16; // offset and time
        // With this number the broker has the batch already: it was the answer that got lost.
        if (error !== 0 && error !== DUPLICATE_SEQUENCE_NUMBER) {
          throw toAnsweredError(error, partition);
        }
      });
    },
  });
}

/** Reads from the given positions on. */
export function createFetchRequest(
  { topic, positions, maxWaitMs, maxBytes = MAX_BYTES_PER_PARTITION }: Omit<FetchRequest, "leader">,
): KafkajsRequest<readonly FetchedPartition[]> {
  return toKafkajsRequest({ apiKey: 1, apiVersion: 4, apiName: "Fetch" }, {
    encode() {
      const writer = new ByteWriter();
      writer.int32(NO_REPLICA);
      writer.int32(maxWaitMs);
      writer.int32(MIN_BYTES);
      writer.int32(MAX_BYTES);
      writer.int8(READ_COMMITTED);
      writer.int32(1);
      writer.text(topic);
      writer.int32(positions.size);
      for (const [partition, position] of inTurn(positions)) {
        writer.int32(partition);
        writer.int64(position);
        writer.int32(maxBytes);
      }
      return writer.written;
    },
    decode(reader) {
      reader.at += 4; // how long the broker made it wait
      const fetched: FetchedPartition[] = [];
      readTopics(reader, () => {
        const partition = reader.int32();
        const error = reader.int16();
        reader.at += 16; // high watermark and last stable offset
        const aborted = readAborted(reader);
        const records = reader.sized();
        if (error !== 0) throw toAnsweredError(error, partition);
        const position = positions.get(partition) ?? 0;
        fetched.push(toFetched({ partition, aborted, records }, position));
      });
      return fetched;
    },
  });
}

/** A broker fills its answer in the order that was asked for: each partition is first at times. */
function inTurn(positions: ReadonlyMap<number, number>): [number, number][] {
  const all = [...positions];
  const first = Math.floor(Math.random() * all.length);
  return [...all.slice(first), ...all.slice(0, first)];
}

function readTopics(reader: ByteReader, readPartition: () => void): void {
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    reader.skipText();
    for (let partitions = reader.int32(); partitions > 0; partitions -= 1) readPartition();
  }
}

function readAborted(reader: ByteReader): AbortedTransaction[] {
  const count = Math.max(0, reader.int32());
  return Array.from({ length: count }, () => ({
    producerId: reader.int64(),
    firstOffset: reader.int64(),
  }));
}

interface Codec<Answer> {
  encode(): Buffer;
  decode(reader: ByteReader): Answer;
}

/** As kafkajs wants a request, its own encoder's results included. */
function toKafkajsRequest<Answer>(
  kind: { apiKey: number; apiVersion: number; apiName: string },
  { encode, decode }: Codec<Answer>,
): KafkajsRequest<Answer> {
  return {
    request: {
      ...kind,
      encode: () => {
        const buffer = encode();
        return Promise.resolve({ buf: buffer, buffer });
      },
    },
    response: {
      // kafkajs looks into what was decoded for how long it should be silent.
      decode: (payload) => Promise.resolve({ payload }),
      parse: ({ payload }) => Promise.resolve(decode(new ByteReader(payload))),
    },
  };
}
