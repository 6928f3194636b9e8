/**
 * Looks whether Redis would evict streams when its memory is full.
 *
 * @module
 */

import type { Logger } from "../../logger.ts";
import type { Client } from "./connection.ts";

/** Warns when messages could be evicted. Says nothing where the server does not tell. */
export async function checkMemoryPolicy(client: Client, logger: Logger): Promise<void> {
  let memory: string;
  try {
    memory = await client.info("memory");
  } catch {
    return; // Not every user may ask, and nothing depends on it.
  }
  const policy = /^maxmemory_policy:(.*)$/m.exec(memory)?.[1]?.trim();
  const limit = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0);
  if (limit > 0 && policy !== undefined && policy !== "noeviction") {
    logger.warn("Redis may evict messages: its maxmemory-policy is not noeviction", {
      policy,
      maxmemory: limit,
    });
  }
}
