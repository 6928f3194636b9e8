/**
 * The Kafka binder's own variables.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { ConfigError } from "../../errors.ts";

/** How to reach the brokers. */
export interface KafkaConfig {
  /** `host:port` each; one that answers is enough. */
  readonly brokers: readonly string[];
  /** TLS. The brokers' certificates are always checked. */
  readonly ssl: boolean;
  /** PEM of the authorities to trust instead of those that the process trusts. */
  readonly ca?: string;
  /** Undefined: the brokers ask for no name. */
  readonly sasl: KafkaSasl | undefined;
}

/** Credentials; never logged. */
export interface KafkaSasl {
  /** In Kafka's own words, in lower case. */
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  /** As the brokers know it. */
  readonly username: string;
  /** Its secret. */
  readonly password: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const mechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;

const brokerList = z.string({ error: "is required: host:port, separated by commas" })
  .transform((text) => text.split(",").map((one) => one.trim()).filter((one) => one !== ""))
  .refine((brokers) => brokers.length > 0, "is required: host:port, separated by commas")
  .refine((brokers) => brokers.every(isAddress), "must be host:port, separated by commas");

const environment = z.object({
  KAFKA_BROKERS: brokerList,
  KAFKA_CLIENT: z.string().default("kafkajs").superRefine((client, context) => {
    if (client === "kafkajs") return;
    const message = client === "platformatic"
      ? '"platformatic" is not available yet; use "kafkajs"'
      : 'must be "kafkajs"';
    context.addIssue({ code: "custom", message });
  }),
  KAFKA_SSL: z.enum(["true", "false"], { error: 'must be "true" or "false"' }).default("false"),
  KAFKA_SSL_CA: z.string().refine(isPem, "is no PEM: certificates, beginning and end included")
    .optional(),
  KAFKA_SASL_MECHANISM: z.string().toLowerCase().pipe(
    z.enum(mechanisms, {
      error: ({ input }) =>
        input === "aws-msk-iam"
          ? '"aws-msk-iam" is not available; use scram-sha-512, which MSK offers too'
          : `must be one of ${mechanisms.join(", ")}`,
    }),
  ).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
}).superRefine((env, context) => {
  if (env.KAFKA_SSL_CA !== undefined && env.KAFKA_SSL !== "true") {
    context.addIssue({ code: "custom", path: ["KAFKA_SSL_CA"], message: "needs KAFKA_SSL=true" });
  }
  const given = (name: "KAFKA_SASL_USERNAME" | "KAFKA_SASL_PASSWORD") => env[name] !== undefined;
  for (const name of ["KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"] as const) {
    if (env.KAFKA_SASL_MECHANISM !== undefined && !given(name)) {
      context.addIssue({
        code: "custom",
        path: [name],
        message: "is required with KAFKA_SASL_MECHANISM",
      });
    }
    if (env.KAFKA_SASL_MECHANISM === undefined && given(name)) {
      context.addIssue({ code: "custom", path: [name], message: "needs KAFKA_SASL_MECHANISM" });
    }
  }
});

/** Reads the variables; an empty one counts as missing. Throws `ConfigError` with every problem. */
export function parseKafkaConfig(env: Readonly<Record<string, string | undefined>>): KafkaConfig {
  const given = Object.entries(env).filter(([name, value]) =>
    name.startsWith("KAFKA_") && value !== ""
  );
  const parsed = environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`),
    );
  }
  const { KAFKA_SASL_MECHANISM: mechanism, ...rest } = parsed.data;
  return {
    brokers: rest.KAFKA_BROKERS,
    ssl: rest.KAFKA_SSL === "true",
    ...(rest.KAFKA_SSL_CA !== undefined && { ca: rest.KAFKA_SSL_CA }),
    sasl: mechanism && {
      mechanism,
      username: rest.KAFKA_SASL_USERNAME ?? "",
      password: rest.KAFKA_SASL_PASSWORD ?? "",
    },
  };
}

function isPem(text: string): boolean {
  const certificates = text.match(CERTIFICATE) ?? [];
  try {
    for (const one of certificates) new X509Certificate(one);
    return certificates.length > 0;
  } catch {
    // Whatever is wrong with it: it is no certificate.
    return false;
  }
}

function isAddress(text: string): boolean {
  const port = Number(/^[^\s:/]+:(\d{1,5})$/.exec(text)?.[1]);
  return port >= 1 && port <= 65535;
}
