/**
 * ioredis by hand: XADD with autopipelining; XREADGROUP by 500, JSON.parse and XACK.
 *
 * @module
 */

import { Redis } from "ioredis";
import type { Contender } from "../contender.ts";
import { type BenchEvent, PARTITIONS, toRawMessage } from "../events.ts";

/** Measures ioredis alone, on the same streams. */
export function rawIoredis(url: string): Contender {
  return {
    name: "raw ioredis",
    // deno-lint-ignore require-await -- the port allows for clients that connect here
    async openProducer(destination, mode) {
      const redis = new Redis(url, { enableAutoPipelining: true });
      return {
        async send(event) {
          const { key, partition, headers, body } = toRawMessage(event, mode);
          const stream = streamOf(destination, partition);
          await redis.xadd(stream, "*", "k", key, "h", JSON.stringify(headers), "b", body);
        },
        [Symbol.asyncDispose]: () => redis.quit().then(() => {}),
      };
    },
    async openConsumer(destination, onEvent) {
      const [reader, control] = [new Redis(url), new Redis(url)];
      const streams = Array.from({ length: PARTITIONS }, (_, p) => streamOf(destination, p));
      const group = `bench-${crypto.randomUUID().slice(0, 8)}`;
      for (const stream of streams) await control.xgroup("CREATE", stream, group, "0", "MKSTREAM");
      let stopped = false;
      const reading = (async () => {
        while (!stopped) {
          await readOnce(reader, { control, streams, group, onEvent });
        }
      })();
      return {
        async [Symbol.asyncDispose]() {
          stopped = true;
          await reading;
          for (const redis of [reader, control]) redis.disconnect();
        },
      };
    },
  };
}

interface ReadOptions {
  readonly control: Redis;
  readonly streams: readonly string[];
  readonly group: string;
  readonly onEvent: (event: BenchEvent) => void;
}

type Reply = [stream: string, entries: [id: string, fields: string[]][]][] | null;

async function readOnce(
  reader: Redis,
  { control, streams, group, onEvent }: ReadOptions,
): Promise<void> {
  const reply = await reader.xreadgroup(
    "GROUP",
    group,
    "only",
    "COUNT",
    500,
    "BLOCK",
    200,
    "STREAMS",
    ...streams,
    ...streams.map(() => ">"),
  ) as Reply;
  for (const [stream, entries] of reply ?? []) {
    for (const [, fields] of entries) onEvent(JSON.parse(fields[5] ?? ""));
    await control.xack(stream, group, ...entries.map(([id]) => id));
  }
}

function streamOf(destination: string, partition: number): string {
  return `{${destination}:${partition}}`;
}
