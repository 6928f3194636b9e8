/**
 * A part of the shared Redis that belongs to one test.
 *
 * @module
 */

import { Redis } from "ioredis";
import { redisUrl, uniqueName } from "./brokers.ts";

/** A client of the shared Redis and a prefix for the keys of one test. */
export interface RedisPart extends AsyncDisposable {
  readonly url: string;
  readonly client: Redis;
  readonly prefix: string;
}

/** Connects to the shared Redis. Disposing deletes the keys under the prefix. */
export async function openRedisPart(name = "test"): Promise<RedisPart> {
  const url = await redisUrl();
  const prefix = `${uniqueName(name)}:`;
  const client = new Redis(url, { maxRetriesPerRequest: 2 });
  return {
    url,
    client,
    prefix,
    async [Symbol.asyncDispose]() {
      for await (
        const keys of client.scanStream({ match: `${prefix}*`, count: 500 })
      ) {
        if (keys.length > 0) await client.unlink(...keys);
      }
      client.disconnect();
    },
  };
}
