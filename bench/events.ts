/**
 * What the benchmarks send: one channel, payloads of a given size, and the same bytes for a raw client.
 *
 * @module
 */

import { type Channel, defineChannel, partitionOf } from "@cauce/messaging";
import { z } from "zod";

/** A payload whose JSON has about the size that was asked for. */
export interface BenchEvent {
  readonly id: string;
  readonly version: number;
  readonly sentAt: number;
  readonly filler: string;
}

/** How many keys the events are spread over. */
export const KEYS = 1000;
/** Partitions of every destination that is measured. */
export const PARTITIONS = 8;

const schema: z.ZodType<BenchEvent> = z.strictObject({
  id: z.string(),
  version: z.int(),
  sentAt: z.number(),
  filler: z.string(),
});

/** The channel that is measured. */
export const benchEvents: Channel<BenchEvent> = defineChannel({
  name: "bench-events",
  schema,
  keyOf: (event) => event.id,
  typeOf: () => "bench.happened",
  partitionCount: PARTITIONS,
});

const ENVELOPE_BYTES = 75;

/** Returns the event with this number, `size` bytes as JSON. */
export function eventOf(index: number, size: number): BenchEvent {
  return {
    id: `key-${String(index % KEYS).padStart(4, "0")}`,
    version: index,
    sentAt: performance.timeOrigin + performance.now(),
    filler: "x".repeat(Math.max(0, size - ENVELOPE_BYTES)),
  };
}

/** How the event travels. */
export type Mode = "binary" | "structured";

/** What a raw client sends to carry the very bytes the source would. */
export interface RawMessage {
  readonly key: string;
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Encodes by hand, once, what a source encodes. */
export function toRawMessage(event: BenchEvent, mode: Mode): RawMessage {
  const attributes = {
    specversion: "1.0",
    source: "/bench",
    id: crypto.randomUUID(),
    type: "bench.happened",
    time: new Date().toISOString(),
    subject: event.id,
  };
  const place = { key: event.id, partition: partitionOf(event.id, PARTITIONS) };
  if (mode === "structured") {
    return {
      ...place,
      headers: { "content-type": "application/cloudevents+json" },
      body: JSON.stringify({ ...attributes, data: event }),
    };
  }
  return {
    ...place,
    headers: {
      "content-type": "application/json",
      ce_specversion: attributes.specversion,
      ce_id: attributes.id,
      ce_source: attributes.source,
      ce_type: attributes.type,
      ce_time: attributes.time,
      ce_subject: attributes.subject,
    },
    body: JSON.stringify(event),
  };
}
