/**
 * kafkajs by hand: coalesces what waits, idempotent; eachBatch, JSON.parse and a commit a batch.
 *
 * @module
 */

import { Kafka, logLevel, Partitioners } from "kafkajs";
import type { Contender } from "../contender.ts";
import { type BenchEvent, type Mode, toRawMessage } from "../events.ts";

/** Measures kafkajs alone. */
export function rawKafkajs(brokers: string): Contender {
  const kafka = new Kafka({
    brokers: brokers.split(","),
    clientId: "bench-raw",
    logLevel: logLevel.NOTHING,
  });
  return {
    name: "raw kafkajs",
    async openProducer(destination, mode) {
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      const coalesced = coalesce((events) =>
        producer.send({
          topic: destination,
          acks: -1,
          messages: events.map((event) => toKafkajsMessage(event, mode)),
        }).then(() => {})
      );
      return {
        send: coalesced,
        [Symbol.asyncDispose]: () => producer.disconnect(),
      };
    },
    async openConsumer(destination, onEvent) {
      const consumer = kafka.consumer({
        groupId: `bench-${crypto.randomUUID().slice(0, 8)}`,
        maxWaitTimeInMs: 250,
      });
      await consumer.connect();
      await consumer.subscribe({ topic: destination, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 8,
        async eachBatch({ batch, resolveOffset }) {
          for (const { value } of batch.messages) onEvent(parse(value));
          resolveOffset(batch.lastOffset());
          await consumer.commitOffsets([{
            topic: batch.topic,
            partition: batch.partition,
            offset: String(BigInt(batch.lastOffset()) + 1n),
          }]);
        },
      });
      return { [Symbol.asyncDispose]: () => consumer.disconnect() };
    },
  };
}

function toKafkajsMessage(event: BenchEvent, mode: Mode) {
  const { key, partition, headers, body } = toRawMessage(event, mode);
  return { key, partition, headers, value: body };
}

function parse(value: Uint8Array | null): BenchEvent {
  return JSON.parse(String(value));
}

/** One request at a time; what is sent meanwhile goes with the next. */
function coalesce(
  store: (events: readonly BenchEvent[]) => Promise<void>,
): (event: BenchEvent) => Promise<void> {
  let waiting: BenchEvent[] = [];
  let next = Promise.withResolvers<void>();
  let busy = false;

  async function run(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const [events, done] = [waiting, next];
      waiting = [];
      next = Promise.withResolvers<void>();
      await store(events).then(done.resolve, done.reject);
    }
    busy = false;
  }

  return (event) => {
    waiting.push(event);
    const { promise } = next;
    if (!busy) queueMicrotask(() => busy || run());
    return promise;
  };
}
