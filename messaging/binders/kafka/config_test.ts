import { deepStrictEqual, throws } from "node:assert/strict";
import { ConfigError } from "../../errors.ts";
import { parseKafkaConfig } from "./config.ts";

/** An authority's certificate; nobody has its key. */
const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUeE1UpoNh9+Guataqvmt4IBqfgVMwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjQxNjM5MTVaGA8yMTI2MTAzMTE2Mzkx
NVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEaB
WF+LxpiiA8ZgdV9lp3xe8zBs/xaVCIsUme39jpRw/gxpvcVNzKZluSr0p1nGpOwx
VZ4F+ms6fWOHR+EIhkKjUzBRMB0GA1UdDgQWBBREuEmYQphZaEdV8YM6TWWE29Wa
rDAfBgNVHSMEGDAWgBREuEmYQphZaEdV8YM6TWWE29WarDAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCIDwmvRDAvoeeEoGZ6dd5Gzg1m0kn7fNNAUBw
lQgJzteYAiA3plR2WF2esHzeFInypqQIrNU+7vAXlL0VWSoDcsb6lQ==
-----END CERTIFICATE-----`;

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

Deno.test("parseKafkaConfig() takes an authority as PEM, and only with TLS", () => {
  const env = { KAFKA_BROKERS: "one:9092", KAFKA_SSL: "true" };
  const noCertificate = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----";

  deepStrictEqual(parseKafkaConfig({ ...env, KAFKA_SSL_CA: AUTHORITY }).ca, AUTHORITY);
  throws(
    () => parseKafkaConfig({ ...env, KAFKA_SSL: "false", KAFKA_SSL_CA: AUTHORITY }),
    /KAFKA_SSL_CA needs KAFKA_SSL=true/,
  );
  for (const text of ["/etc/ssl/ca.pem", noCertificate]) {
    throws(() => parseKafkaConfig({ ...env, KAFKA_SSL_CA: text }), /KAFKA_SSL_CA is no PEM/);
  }
});

Deno.test("parseKafkaConfig() refuses what is not available by its name", () => {
  const env = { KAFKA_BROKERS: "one:9092", KAFKA_SASL_MECHANISM: "AWS-MSK-IAM" };

  throws(() => parseKafkaConfig(env), /"aws-msk-iam" is not available; use scram-sha-512/);
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
