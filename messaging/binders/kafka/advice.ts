/**
 * What to check when a broker is there and no connection comes about.
 *
 * All of it may be mended at the broker, or by a new certificate or password, while this process
 * runs: so it is tried again, as if the broker were down.
 *
 * @module
 */

const NOT_TRUSTED = "its certificate is from an authority that is not trusted here; " +
  "check KAFKA_SSL_CA";
const NOT_NOW = "its certificate has expired or is not valid yet; " +
  "check the broker's certificate and this machine's clock";

/** By the code that TLS gives. */
const BY_CODE: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  CERT_HAS_EXPIRED: NOT_NOW,
  CERT_NOT_YET_VALID: NOT_NOW,
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name; check KAFKA_BROKERS",
};

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
  return "code" in error ? BY_CODE[String(error.code)] : undefined;
}
