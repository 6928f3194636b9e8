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
/**
 * A dead letter is a little longer than its message. A topic that took no more than the message's own
 * would refuse it for ever, and its partition would stand still. This much a broker takes at once.
 */
const DEAD_LETTER_LIMITS = { maxMessageBytes: 104_857_600 };

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
      const limits = topic.startsWith("error.") ? DEAD_LETTER_LIMITS : {};
      await link.createTopic(topic, { partitionCount, ...limits });
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
