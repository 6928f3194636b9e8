import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { ConfigError } from "@cauce/messaging";
import { parseLicensingConfig } from "../../licensing/config.ts";
import { parseKafkaConfig } from "../../messaging/binders/kafka/config.ts";
import { parseOrganizationConfig } from "../../organization/config.ts";
import { placeholders, render } from "../../deploy/render.ts";
import { type Broker, readBroker, withBroker } from "../../deploy/scripts/broker.ts";

type Env = Readonly<Record<string, string>>;

const SERVICES: Readonly<Record<string, (env: Env) => unknown>> = {
  organization: (env) => parseOrganizationConfig(env, { forbidMemory: true }),
  licensing: (env) => parseLicensingConfig(env, { forbidMemory: true }),
};

/** What the secrets hold, and the variables of the template where not any text will do. */
const VALUES: Env = {
  KAFKA_BROKERS: "b-1.kafka.example:9096,b-2.kafka.example:9096",
  DATABASE_SSL_CA: "-----BEGIN CERTIFICATE-----",
  DATABASE_URL: "postgres://service:password@db.example:5432/service",
  CACHE_REDIS_URL: "rediss://licensing:password@cache.example:6379",
  REDIS_URL: "rediss://:password@cache.example:6379",
  ORGANIZATION_URL: "http://organization.internal:8081",
  ORGANIZATION_TOKEN_URL: "https://issuer.example/token",
  AUTH_JWKS_URL: "https://issuer.example/.well-known/jwks.json",
};

for (const [service, parse] of Object.entries(SERVICES)) {
  Deno.test(`${service} accepts the environment of its task definition`, async () => {
    const env = await environmentOf(service);

    deepStrictEqual(problemsOf(() => parse(env)), []);
  });

  Deno.test(`${service}'s task definition reaches Kafka by TLS, with a name and a password`, async () => {
    const env = await environmentOf(service);

    const { ssl, sasl, brokers } = parseKafkaConfig(env);

    strictEqual(ssl, true);
    strictEqual(sasl?.mechanism, "scram-sha-512");
    strictEqual(brokers.length, 2);
  });
}

for (const [service, parse] of Object.entries(SERVICES)) {
  Deno.test(`${service} accepts the same with Redis in Kafka's place`, async () => {
    const env = await environmentOf(service, "redis");

    deepStrictEqual(problemsOf(() => parse(env)), []);
    strictEqual(env["MESSAGING_BINDER"], "redis");
    deepStrictEqual(Object.keys(env).filter((name) => name.startsWith("KAFKA_")), []);
  });
}

async function environmentOf(service: string, broker: Broker = "kafka"): Promise<Env> {
  const file = new URL(`../../deploy/ecs-task-defs/${service}.json`, import.meta.url);
  const kafkas = await Deno.readTextFile(file);
  const instead = await readBroker(broker);
  const template = instead ? withBroker(kafkas, { service, broker: instead }) : kafkas;
  const values = placeholders(template).map((name) => [name, VALUES[name] ?? "value"]);
  // deno-lint-ignore no-explicit-any -- tests beside this one show that it has this shape
  const task: any = render(template, Object.fromEntries(values));
  const [{ environment, secrets }] = task.containerDefinitions;
  return {
    ...Object.fromEntries(environment.map(({ name, value }: Env) => [name, value])),
    ...Object.fromEntries(secrets.map(({ name = "" }: Env) => [name, VALUES[name] ?? "value"])),
  };
}

function problemsOf(parse: () => unknown): readonly string[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
