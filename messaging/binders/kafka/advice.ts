/**
 * What to check when a broker is there and no connection comes about.
 *
 * All of it may be mended at the broker, or by a new certificate or password, while this process
 * runs: so it is tried again, as if the broker were down.
 *
 * @module
 */

import { adviceOnCertificate } from "../certificate_advice.ts";

/** The end of "Cannot reach the kafka broker: …", or undefined when nothing is known. */
export function adviceOn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "KafkaJSSASLAuthenticationError") {
    return "it refused the user or password; " +
      "check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM";
  }
  if (error.message.includes("before secure TLS connection was established")) {
    return "it did not speak TLS; check KAFKA_SSL and the ports of KAFKA_BROKERS";
  }
  return adviceOnCertificate(error, { authority: "KAFKA_SSL_CA", addresses: "KAFKA_BROKERS" });
}
