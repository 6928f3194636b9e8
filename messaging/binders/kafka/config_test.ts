import { deepStrictEqual, throws } from "node:assert/strict";
import { ConfigError } from "../../errors.ts";
import { parseKafkaConfig } from "./config.ts";

Deno.test("parseKafkaConfig() splits the brokers and defaults to a plain connection", () => {
  deepStrictEqual(parseKafkaConfig({ KAFKA_BROKERS: "one:9092, two:9093", HOME: "/root" }), {
    brokers: ["one:9092", "two:9093"],
    ssl: false,
    sasl: undefined,
  });
});

Deno.test("parseKafkaConfig() reads credentials and takes the mechanism in any case", () => {
  const { ssl, sasl } = parseKafkaConfig({
    KAFKA_BROKERS: "one:9092",
    KAFKA_SSL: "true",
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    KAFKA_SASL_USERNAME: "ana",
    KAFKA_SASL_PASSWORD: "secret",
  });

  deepStrictEqual([ssl, sasl], [
    true,
    { mechanism: "scram-sha-512", username: "ana", password: "secret" },
  ]);
});

Deno.test("parseKafkaConfig() lists every problem and no secret", () => {
  const env = {
    KAFKA_BROKERS: "no-port",
    KAFKA_CLIENT: "platformatic",
    KAFKA_SSL: "yes",
    KAFKA_SASL_MECHANISM: "aws",
    KAFKA_SASL_PASSWORD: "secret",
  };

  throws(() => parseKafkaConfig(env), (error) => {
    deepStrictEqual(error instanceof ConfigError && error.problems, [
      "KAFKA_BROKERS must be host:port, separated by commas",
      'KAFKA_CLIENT "platformatic" is not available yet; use "kafkajs"',
      'KAFKA_SSL must be "true" or "false"',
      "KAFKA_SASL_MECHANISM must be one of plain, scram-sha-256, scram-sha-512",
    ]);
    return true;
  });
});

Deno.test("parseKafkaConfig() asks for the brokers and for complete credentials", () => {
  throws(() => parseKafkaConfig({ KAFKA_BROKERS: "" }), /KAFKA_BROKERS is required/);
  throws(
    () => parseKafkaConfig({ KAFKA_BROKERS: "one:9092", KAFKA_SASL_USERNAME: "ana" }),
    /KAFKA_SASL_USERNAME needs KAFKA_SASL_MECHANISM/,
  );
  throws(
    () => parseKafkaConfig({ KAFKA_BROKERS: "one:9092", KAFKA_SASL_MECHANISM: "plain" }),
    /KAFKA_SASL_USERNAME is required.*KAFKA_SASL_PASSWORD is required/,
  );
});
