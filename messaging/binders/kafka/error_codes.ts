/**
 * What Kafka's numbers mean, as far as a produce or a fetch is answered with them.
 *
 * @module
 */

import { KafkaRequestError } from "./request_error.ts";

/** Under the names that kafkajs gives them; marked when the same request may succeed later. */
const ERRORS: ReadonlyMap<number, readonly [code: string, retriable?: true]> = new Map([
  [1, ["OFFSET_OUT_OF_RANGE"]],
  [2, ["CORRUPT_MESSAGE", true]],
  [3, ["UNKNOWN_TOPIC_OR_PARTITION", true]],
  [5, ["LEADER_NOT_AVAILABLE", true]],
  [6, ["NOT_LEADER_FOR_PARTITION", true]],
  [7, ["REQUEST_TIMED_OUT", true]],
  [9, ["REPLICA_NOT_AVAILABLE", true]],
  [10, ["MESSAGE_TOO_LARGE"]],
  [13, ["NETWORK_EXCEPTION", true]],
  [17, ["INVALID_TOPIC_EXCEPTION"]],
  [18, ["RECORD_LIST_TOO_LARGE"]],
  [19, ["NOT_ENOUGH_REPLICAS", true]],
  [20, ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", true]],
  [29, ["TOPIC_AUTHORIZATION_FAILED"]],
  [31, ["CLUSTER_AUTHORIZATION_FAILED"]],
  [35, ["UNSUPPORTED_VERSION"]],
  [41, ["NOT_CONTROLLER", true]],
  [43, ["UNSUPPORTED_FOR_MESSAGE_FORMAT"]],
  [44, ["POLICY_VIOLATION"]],
  [45, ["OUT_OF_ORDER_SEQUENCE_NUMBER"]],
  [46, ["DUPLICATE_SEQUENCE_NUMBER"]],
  [47, ["INVALID_PRODUCER_EPOCH"]],
  [49, ["INVALID_PRODUCER_ID_MAPPING"]],
  [56, ["KAFKA_STORAGE_ERROR", true]],
  [59, ["UNKNOWN_PRODUCER_ID"]],
  [72, ["LISTENER_NOT_FOUND", true]],
  [74, ["FENCED_LEADER_EPOCH", true]],
  [75, ["UNKNOWN_LEADER_EPOCH", true]],
  [76, ["UNSUPPORTED_COMPRESSION_TYPE"]],
  [87, ["INVALID_RECORD"]],
  [90, ["PRODUCER_FENCED"]],
  [100, ["UNKNOWN_TOPIC_ID", true]],
]);

/** The error that a broker answered with for a partition. */
export function toAnsweredError(number: number, partition: number): KafkaRequestError {
  const [code, retriable = false] = ERRORS.get(number) ?? [`ERROR_${number}`];
  return new KafkaRequestError(code, `${code} for partition ${partition}`, {
    retriable,
    partition,
  });
}
