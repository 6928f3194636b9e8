/**
 * Somebody who writes to a destination past the binder, as no producer of ours would.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Env } from "@cauce/messaging";
import fc from "fast-check";
import { Redis } from "ioredis";
import kafkajs, { type IHeaders } from "kafkajs";
import { type Fate, soundJson } from "./hostile_messages.ts";
import { PARTITIONS, type Written } from "./hostile_scene.ts";

/** A message as its broker's own client takes it. */
export interface StrangeMessage {
  readonly what: string;
  readonly fate: Fate;
  /** Kafka's. */
  readonly record?: {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: IHeaders;
  };
  /** An entry's fields of Redis: names and values in turn. */
  readonly fields?: readonly (Buffer | string)[];
}

/** Writes what it makes up. */
export interface Stranger extends AsyncDisposable {
  readonly message: fc.Arbitrary<StrangeMessage>;
  write(destination: string, batch: readonly StrangeMessage[]): Promise<readonly Written[]>;
}

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const json = soundJson.map((text) => Buffer.from(text));

/** To Kafka, by kafkajs. */
export async function openKafkaStranger({ KAFKA_BROKERS = "" }: Env): Promise<Stranger> {
  const producer = new kafkajs.Kafka({
    brokers: KAFKA_BROKERS.split(","),
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer();
  await producer.connect();
  return {
    message: kafkaMessage,
    async write(topic, batch) {
      const written: Written[] = [];
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const own = batch.filter((_, index) => index % PARTITIONS === partition);
        const [answer] = await producer.send({
          topic,
          // The broker reads what comes compressed, and passes it on as it is.
          compression: own.length % 2 === 0 ? kafkajs.CompressionTypes.GZIP : 0,
          messages: own.flatMap(({ record }) =>
            record === undefined ? [] : [{ ...record, partition }]
          ),
        });
        own.forEach(({ what, fate }, index) => {
          written.push({ what, fate, place: `${partition}/${Number(answer?.baseOffset) + index}` });
        });
      }
      return written;
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
  };
}

/** Names that nobody reads, with values of any bytes, once or several times. */
const kafkaHeaders: fc.Arbitrary<IHeaders> = fc.dictionary(
  fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).map((name) => `X-${name}`),
    fc.constantFrom("__proto__", "Constructor", "X-Reason", "\ufeffbom"),
  ),
  fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 4 })),
  { maxKeys: 6 },
);
const key = fc.option(bytes);

const kafkaMessage: fc.Arbitrary<StrangeMessage> = fc.oneof(
  fc.tuple(key, json, kafkaHeaders).map(([key, value, headers]) =>
    kafka("bytes around an event", "handled", { key, value, headers })
  ),
  fc.tuple(key, json).map(([key, value]) =>
    kafka("a header twice, the first is right", "handled", {
      key,
      value,
      headers: { "Content-Type": ["application/json", "application/x-java-serialized-object"] },
    })
  ),
  fc.tuple(key, json).map(([key, value]) =>
    kafka("a header twice, the first is wrong", "dead letter", {
      key,
      value,
      headers: { "content-type": ["application/x-java-serialized-object", "application/json"] },
    })
  ),
  fc.tuple(key, kafkaHeaders).map(([key, headers]) =>
    kafka("no value", "dead letter", { key, value: null, headers })
  ),
  fc.tuple(key, bytes, kafkaHeaders).map(([key, tail, headers]) =>
    kafka("bytes", "dead letter", { key, value: Buffer.from([0xff, ...tail]), headers })
  ),
  json.map((value) =>
    kafka("a header 65 times", "handled", {
      key: null,
      value,
      headers: { many: Array.from({ length: 65 }, () => "x") },
    })
  ),
);

function kafka(
  what: string,
  fate: Fate,
  record: NonNullable<StrangeMessage["record"]>,
): StrangeMessage {
  return { what, fate, record };
}

/** To Redis, by ioredis. */
export async function openRedisStranger({ REDIS_URL = "" }: Env): Promise<Stranger> {
  const client = new Redis(REDIS_URL, { lazyConnect: true });
  await client.connect();
  return {
    message: redisMessage,
    async write(destination, batch) {
      const places = await Promise.all(batch.map(async ({ fields = [] }, index) => {
        const partition = index % PARTITIONS;
        const id = await client.xadd(`{${destination}:${partition}}`, "*", ...fields);
        return `${partition}/${id}`;
      }));
      return batch.map(({ what, fate }, index) => ({ what, fate, place: places[index] ?? "" }));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(client.disconnect()),
  };
}

const MAGIC = Buffer.from("\x89BIN\r\n\x1a\n", "latin1");
/** Headers that are none. */
const noHeaders = fc.oneof(
  bytes.map((array) => Buffer.from([0xff, ...array])),
  fc.constantFrom("", "{", "null", "7", "[1]", '"x"', '{"a":1}', '{"a":{"b":[]}}'),
);
const bodyName = fc.constantFrom("b", "body", "data", "payload", "value", "message");
const otherName = fc.oneof(
  bytes.map((array) => Buffer.from([0xfe, ...array])),
  fc.constantFrom("", "__proto__", "constructor", "B", "h"),
);

const redisMessage: fc.Arbitrary<StrangeMessage> = fc.oneof(
  fc.tuple(bytes, noHeaders, json).map(([key, headers, body]) =>
    redis("headers that are none", "handled", ["k", key, "h", headers, "b", body])
  ),
  fc.tuple(bodyName, json, otherName, bytes).map(([name, body, other, value]) =>
    redis("fields of another's", "handled", [other, value, name, body])
  ),
  fc.tuple(bytes, json).map(([key, body]) =>
    redis("a field twice, the last is right", "handled", ["b", key, "k", key, "b", body])
  ),
  fc.tuple(otherName, bytes).map(([name, value]) => redis(`no body`, "dead letter", [name, value])),
  fc.array(bytes, { minLength: 66, maxLength: 99 }).chain((values) =>
    json.map((body) =>
      redis("many fields", "dead letter", [
        ...values.flatMap((value, index) => [`f${index}`, value]),
        ...["b", body],
      ])
    )
  ),
  fc.oneof(bytes, bytes.map((tail) => Buffer.concat([MAGIC, tail]))).map((value) =>
    redis("what looks like FastStream's", "dead letter", ["__data__", value])
  ),
  fc.constantFrom("null", "[]", "{}", '{"data":1,"headers":7}', '{"data":{},"headers":{"a":{}}}')
    .map((value) => redis("what looks like FastStream's old", "dead letter", ["__data__", value])),
  fc.tuple(soundJson, bytes).map(([data, tail]) =>
    redis("FastStream's old", "handled", [
      "__data__",
      JSON.stringify({ data, headers: { "X-Odd": tail.toString("latin1") } }),
    ])
  ),
);

function redis(what: string, fate: Fate, fields: readonly (Buffer | string)[]): StrangeMessage {
  return { what, fate, fields };
}
