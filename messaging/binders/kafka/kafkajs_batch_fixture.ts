/**
 * Record batches as kafkajs itself writes them: the tests' oracle.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
// Not part of the library's interface, and therefore without types.
import encodeRecord from "kafkajs/src/protocol/recordBatch/record/v0/index.js";
import encoding from "kafkajs/src/protocol/recordBatch/v0/index.js";

/** What kafkajs's encoder is given: its options, and records as it takes messages. */
export type KafkajsBatchOptions =
  & Readonly<Record<string, unknown>>
  & { readonly records: readonly object[] };

/** One batch. */
export async function kafkajsBatch({ records, ...options }: KafkajsBatchOptions): Promise<Buffer> {
  const encoder = await encoding.RecordBatch({
    lastOffsetDelta: records.length - 1,
    ...options,
    records: records.map((record, offsetDelta) => encodeRecord({ offsetDelta, ...record })),
  });
  return encoder.buffer;
}
