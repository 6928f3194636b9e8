/**
 * Translates what kafkajs throws into the client port's error.
 *
 * @module
 */

import { adviceOn } from "./advice.ts";
import { KafkaRequestError } from "./request_error.ts";

interface KafkajsError extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
  readonly partition?: number;
  readonly errors?: readonly unknown[];
}

/** Names that stand for themselves; whatever else is no answer of Kafka's means the link is broken. */
const FATAL = new Map([
  ["KafkaJSNotImplemented", "NOT_IMPLEMENTED"],
  ["KafkaJSServerDoesNotSupportApiKey", "UNSUPPORTED_VERSION"],
]);

const UNKNOWN_COORDINATOR = "KafkaJSGroupCoordinatorNotFound";

/** The first error in the chain of causes that says something about Kafka. */
export function toRequestError(thrown: unknown): KafkaRequestError {
  if (thrown instanceof KafkaRequestError) return thrown;
  const cause = findTelling(thrown);
  const state = cause?.message ?? String(thrown);
  const options = { cause: thrown };
  if (cause?.type !== undefined) {
    const { type, retriable = false, partition } = cause;
    return new KafkaRequestError(type, state, { ...options, retriable, partition });
  }
  if (cause?.name === UNKNOWN_COORDINATOR) {
    const code = "GROUP_COORDINATOR_NOT_AVAILABLE";
    return new KafkaRequestError(code, state, { ...options, retriable: true });
  }
  const fatal = FATAL.get(cause?.name ?? "");
  if (fatal !== undefined) return new KafkaRequestError(fatal, state, options);
  const advice = adviceOn(cause);
  return new KafkaRequestError("CONNECTION", state, { ...options, retriable: true, advice });
}

function findTelling(thrown: unknown): KafkajsError | undefined {
  let last: KafkajsError | undefined;
  for (let error = thrown; error instanceof Error; error = error.cause) {
    last = error as KafkajsError;
    if (last.type !== undefined || FATAL.has(last.name)) return last;
    const [inner] = last.errors ?? [];
    if (inner !== undefined) return findTelling(inner);
  }
  return last;
}
