/**
 * Finds a destination's topic, or creates it.
 *
 * @module
 */

import type { KafkaLink, Leaders } from "./client.ts";
import { delay } from "./delay.ts";
import { KafkaRequestError } from "./request_error.ts";

const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/** Resolves with the leaders of all partitions. Several processes may do this at once. */
export async function openTopic(
  link: KafkaLink,
  topic: string,
  partitionCount: number,
): Promise<Leaders> {
  const found = await link.findLeaders(topic);
  if (found !== undefined) return found;
  await link.createTopic(topic, partitionCount);

  // A created topic is not known to every broker at once.
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const leaders = await findReady(link, topic);
    if (leaders !== undefined) return leaders;
    await delay(POLL_MS);
  }
  throw new KafkaRequestError("LEADER_NOT_AVAILABLE", `topic "${topic}" has no leaders yet`, {
    retriable: true,
  });
}

async function findReady(link: KafkaLink, topic: string): Promise<Leaders | undefined> {
  try {
    return await link.findLeaders(topic);
  } catch (error) {
    if (error instanceof KafkaRequestError && error.code === "LEADER_NOT_AVAILABLE") {
      return undefined;
    }
    throw error;
  }
}
