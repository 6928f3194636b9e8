/**
 * The Kafka binder's own variables.
 *
 * @module
 */

import { z } from "zod";
import { ConfigError } from "../../errors.ts";

/** How to reach the brokers. */
export interface KafkaConfig {
  /** `host:port` each; one that answers is enough. */
  readonly brokers: readonly string[];
  /** TLS, with the certificate authorities that the process trusts. */
  readonly ssl: boolean;
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
  KAFKA_SASL_MECHANISM: z.string().toLowerCase().pipe(
    z.enum(mechanisms, { error: `must be one of ${mechanisms.join(", ")}` }),
  ).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
}).superRefine((env, context) => {
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
    sasl: mechanism && {
      mechanism,
      username: rest.KAFKA_SASL_USERNAME ?? "",
      password: rest.KAFKA_SASL_PASSWORD ?? "",
    },
  };
}

function isAddress(text: string): boolean {
  const port = Number(/^[^\s:/]+:(\d{1,5})$/.exec(text)?.[1]);
  return port >= 1 && port <= 65535;
}
