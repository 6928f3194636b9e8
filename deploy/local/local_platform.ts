/**
 * What stands around the cluster on this machine: databases, broker, cache, issuer of tokens and
 * balancer, and the environment that tells the scripts where all of it is.
 *
 * @module
 */

import postgres from "postgres";
import { openBrokerServices } from "../../dev/broker_services.ts";
import { type Issuer, openIssuer } from "../../dev/issuer/issuer.ts";
import { freePort } from "../../dev/services/free_port.ts";
import type { ServiceName } from "../../dev/services/service.ts";
import type { Environment } from "../scripts/environment.ts";
import { type Balancer, openBalancer } from "./balancer/balancer.ts";
import { LOCAL_REGION, roleArn, secretArn, targetGroupArn } from "./ecs/arns.ts";

/** The services that there are, in the order in which they start. */
export const LOCAL_SERVICES = ["organization", "licensing"] as const;

/** One of them. */
export type LocalServiceName = typeof LOCAL_SERVICES[number];

/** What to open. */
export interface LocalPlatformOptions {
  readonly broker: "kafka" | "redis";
  /** For its files. */
  readonly folder: string;
  readonly endpointPort: number;
  readonly checkIntervalMs: number;
  readonly say: (line: string) => void;
}

/** The platform. Disposing ends what was started, and only that. */
export interface LocalPlatform extends AsyncDisposable {
  readonly balancer: Balancer;
  readonly issuer: Issuer;
  /** Where the balancer listens for a service. */
  readonly urls: Readonly<Record<LocalServiceName, string>>;
  readonly environment: Environment;
  /** The addresses of broker and cache, as services read them. */
  readonly brokerEnv: Readonly<Record<string, string>>;
  /** The value that a secret's reference names. */
  secretOf(valueFrom: string): string;
  /** What differs from production in every task's environment. */
  readonly taskEnv: Readonly<Record<string, string | undefined>>;
}

const CLUSTER = "cauce";
const DIGEST = `sha256:${"0".repeat(64)}`;

/** Opens the platform; the cluster and its endpoint come after it. */
export async function openLocalPlatform(options: LocalPlatformOptions): Promise<LocalPlatform> {
  const { broker, folder, endpointPort, checkIntervalMs, say } = options;
  await using opened = new AsyncDisposableStack();
  const wanted: ServiceName[] = broker === "kafka"
    ? ["kafka", "redis", "postgres"]
    : ["redis", "postgres"];
  const provided = opened.use(await openBrokerServices(wanted));
  const databases = await createDatabases(provided.env["DATABASE_URL"] ?? "");
  const secret = crypto.randomUUID();
  const issuer = opened.use(
    await openIssuer({
      audience: [...LOCAL_SERVICES],
      clients: { dev: { secret: "dev" }, licensing: { secret, scopes: ["organizations:read"] } },
    }),
  );
  const ports = { organization: freePort(), licensing: freePort() };
  const urls = {
    organization: `http://127.0.0.1:${ports.organization}`,
    licensing: `http://127.0.0.1:${ports.licensing}`,
  };
  const balancer = opened.use(
    await openBalancer({
      services: LOCAL_SERVICES.map((name) => ({
        name,
        port: ports[name],
        healthPath: "/health/ready",
      })),
      folder,
      checkIntervalMs,
      say,
    }),
  );
  const secrets: Record<string, string> = {
    [secretArn("organization-database")]: databases.organization,
    [secretArn("licensing-database")]: databases.licensing,
    [secretArn("redis")]: provided.env["REDIS_URL"] ?? "",
    [secretArn("kafka")]: JSON.stringify({ username: "unused", password: "unused" }),
    [secretArn("organization-client")]: JSON.stringify({
      client_id: "licensing",
      client_secret: secret,
    }),
  };
  const all = opened.move();
  return {
    balancer,
    issuer,
    urls,
    brokerEnv: { MESSAGING_BINDER: broker, ...provided.env },
    taskEnv: {
      // Neither the local database nor the local broker has TLS, nor the broker passwords.
      DATABASE_SSL_CA: undefined,
      KAFKA_SSL: undefined,
      KAFKA_SASL_MECHANISM: undefined,
      KAFKA_SASL_USERNAME: undefined,
      KAFKA_SASL_PASSWORD: undefined,
    },
    environment: {
      endpoint: `http://127.0.0.1:${endpointPort}`,
      region: LOCAL_REGION,
      cluster: CLUSTER,
      broker,
      values: sharedValues(issuer, provided.env["KAFKA_BROKERS"] ?? "unused:9092"),
      services: {
        organization: serviceValues("organization"),
        licensing: {
          ...serviceValues("licensing"),
          ORGANIZATION_URL: urls.organization,
          ORGANIZATION_TOKEN_URL: issuer.tokenUrl,
          ORGANIZATION_SECRET_ARN: secretArn("organization-client"),
          CACHE_URL_SECRET_ARN: secretArn("redis"),
        },
      },
    },
    secretOf: (valueFrom) => secretOf(secrets, valueFrom),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function sharedValues(issuer: Issuer, kafkaBrokers: string): Record<string, string> {
  return {
    ENVIRONMENT: "local",
    AUTH_ISSUER: issuer.url,
    AUTH_JWKS_URL: issuer.jwksUrl,
    DATABASE_SSL_CA: "none",
    KAFKA_BROKERS: kafkaBrokers,
    KAFKA_SECRET_ARN: secretArn("kafka"),
    KAFKA_CLUSTER: "local",
    STREAMS_URL_SECRET_ARN: secretArn("redis"),
    EXECUTION_ROLE_ARN: roleArn("execution"),
    LOAD_BALANCER_ROLE_ARN: roleArn("load-balancer"),
    OTEL_COLLECTOR_IMAGE: `local/collector@${DIGEST}`,
    SUBNET_A: "subnet-a",
    SUBNET_B: "subnet-b",
    SECURITY_GROUP: "sg-local",
  };
}

function serviceValues(service: LocalServiceName): Record<string, string> {
  return {
    LOG_GROUP: `/cauce/${service}`,
    TASK_ROLE_ARN: roleArn(service),
    DATABASE_URL_SECRET_ARN: secretArn(`${service}-database`),
    TARGET_GROUP_ARN: targetGroupArn(service, 0),
    ALTERNATE_TARGET_GROUP_ARN: targetGroupArn(service, 1),
    ALB_RESOURCE_LABEL: `app/local/0/targetgroup/${service}-blue/0`,
    LISTENER_RULE_ARN: `${targetGroupArn(service, 0)}/listener-rule`,
  };
}

/** A reference may name a key of a JSON secret: `arn…:secret:name:key::`. */
function secretOf(secrets: Readonly<Record<string, string>>, valueFrom: string): string {
  const arn = valueFrom.split(":").slice(0, 7).join(":");
  const [, , , , , , , key] = valueFrom.split(":");
  const value = secrets[arn];
  if (value === undefined) {
    throw new Error(`ResourceInitializationError: unable to pull secrets: no secret "${arn}"`);
  }
  return key ? String(JSON.parse(value)[key]) : value;
}

async function createDatabases(url: string): Promise<Record<LocalServiceName, string>> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const suffix = crypto.randomUUID().slice(0, 8);
  try {
    const made = await Promise.all(LOCAL_SERVICES.map(async (service) => {
      const name = `${service}_${suffix}`;
      await sql.unsafe(`CREATE DATABASE ${name}`);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return [service, address.href] as const;
    }));
    return Object.fromEntries(made) as Record<LocalServiceName, string>;
  } finally {
    await sql.end();
  }
}
