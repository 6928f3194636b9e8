/**
 * Finds a destination's topic, or creates it.
 *
 * @module
 */

import type { KafkaLink, Leaders } from "./client.ts";
import { delay } from "./delay.ts";
import { codeOf, KafkaRequestError } from "./request_error.ts";

const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/** Resolves with the leaders of all partitions. Several processes may do this at once. */
export async function openTopic(
  link: KafkaLink,
  topic: string,
  partitionCount: number,
): Promise<Leaders> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    try {
      const leaders = await link.findLeaders(topic);
      if (leaders !== undefined) return leaders;
      await link.createTopic(topic, partitionCount);
    } catch (error) {
      if (codeOf(error) !== "LEADER_NOT_AVAILABLE") throw error;
    }
    // What was just created is not known to every broker at once.
    await delay(POLL_MS);
  }
  throw new KafkaRequestError("LEADER_NOT_AVAILABLE", `topic "${topic}" has no leaders yet`, {
    retriable: true,
  });
}
