/**
 * What callers of the binder get to see.
 *
 * @module
 */

import { BrokerUnavailableError } from "../../errors.ts";
import { KafkaRequestError } from "./request_error.ts";

const NO_RIGHT = "its user may not do what a binding does; check the ACLs of KAFKA_SASL_USERNAME";

/**
 * A broker out of reach is worth another try, and so is one where the user has no right yet; whatever
 * else Kafka said stays as it is.
 */
export function toBinderError(error: unknown): unknown {
  if (!(error instanceof KafkaRequestError)) return error;
  if (error.code.endsWith("_AUTHORIZATION_FAILED")) {
    return new BrokerUnavailableError("kafka", { cause: error, state: NO_RIGHT });
  }
  return error.retriable
    ? new BrokerUnavailableError("kafka", { cause: error, state: error.advice })
    : error;
}
