/**
 * What callers of the binder get to see.
 *
 * @module
 */

import { BrokerUnavailableError } from "../../errors.ts";
import { KafkaRequestError } from "./request_error.ts";

/** A broker out of reach is worth another try; whatever else Kafka said stays as it is. */
export function toBinderError(error: unknown): unknown {
  return error instanceof KafkaRequestError && error.retriable
    ? new BrokerUnavailableError("kafka", { cause: error, state: error.advice })
    : error;
}
