/**
 * Broker and cache, and the ways to them: the services' and the checker's own.
 *
 * @module
 */

import net from "node:net";
import { type MessagingOptions, silentLogger } from "@cauce/messaging";
import {
  createKafkaBinder,
  createKafkajsClient,
  parseKafkaConfig,
} from "@cauce/messaging/binders/kafka";
import { Redis } from "ioredis";
import { freePort } from "../../dev/services/free_port.ts";
import { openServices, startService } from "../../dev/services/provider.ts";
import type { Say, ServiceName, StartedService } from "../../dev/services/service.ts";
import { openTcpProxy } from "../support/tcp_proxy.ts";
import type { FaultTargets } from "./faults.ts";

/** Which broker. */
export type BrokerName = "kafka" | "redis";

/** Broker, cache and database server. Disposing ends what was started. */
export interface Network extends AsyncDisposable {
  /** How services reach broker and cache. */
  readonly env: Readonly<Record<string, string>>;
  /** How an onlooker reaches the broker. */
  readonly messaging: Readonly<Record<string, string>>;
  readonly binders?: NonNullable<MessagingOptions["binders"]>;
  readonly cacheUrl: string;
  /** The PostgreSQL server. */
  readonly databaseUrl: string;
  readonly faultTargets?: Pick<
    FaultTargets,
    "brokerWay" | "cacheWay" | "broker" | "flushCache"
  >;
}

/** How to open one. */
export interface NetworkOptions {
  readonly binder: BrokerName;
  readonly say: Say;
}

/** From the provider's ladder: what is there is used, and nothing stands in between. */
export async function openPlainNetwork({ binder, say }: NetworkOptions): Promise<Network> {
  const wanted: ServiceName[] = ["postgres", "redis"];
  if (binder === "kafka") wanted.push("kafka");
  const services = await openServices({ wanted, say });
  const { REDIS_URL = "", KAFKA_BROKERS, DATABASE_URL = "" } = services.env;
  const env = { REDIS_URL, ...(KAFKA_BROKERS !== undefined && { KAFKA_BROKERS }) };
  return {
    env,
    messaging: { MESSAGING_BINDER: binder, ...env },
    cacheUrl: REDIS_URL,
    databaseUrl: DATABASE_URL,
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  };
}

/** Broker and cache of the run's own, each behind a proxy. */
export async function openFaultyNetwork({ binder, say }: NetworkOptions): Promise<Network> {
  await using opened = new AsyncDisposableStack();
  const databases = opened.use(await openServices({ wanted: ["postgres"], say }));
  const brokerPort = freePort();
  const broker = opened.use(
    await startService(binder, {
      say,
      quickRestart: true,
      ...(binder === "kafka" && { advertisedPort: brokerPort }),
    }),
  );
  const cache = opened.use(await startService("redis", { say }));
  const brokerWay = opened.use(openTcpProxy({ targetPort: broker.port, port: brokerPort }));
  const cacheWay = opened.use(openTcpProxy({ targetPort: cache.port }));
  const flusher = new Redis(cache.address, { lazyConnect: true });
  opened.defer(() => flusher.disconnect());
  const all = opened.move();
  const ways = brokerAddress(binder, `127.0.0.1:${brokerPort}`);
  return {
    env: { ...ways, CACHE_REDIS_URL: `redis://127.0.0.1:${cacheWay.port}` },
    messaging: { MESSAGING_BINDER: binder, ...ways, ...direct(binder, broker) },
    ...(binder === "kafka" && { binders: { kafka: () => directKafka(broker) } }),
    cacheUrl: cache.address,
    databaseUrl: databases.env["DATABASE_URL"] ?? "",
    faultTargets: {
      brokerWay,
      cacheWay,
      broker,
      flushCache: async () => void await flusher.flushall(),
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function brokerAddress(binder: BrokerName, address: string): Record<string, string> {
  return binder === "kafka" ? { KAFKA_BROKERS: address } : { REDIS_URL: `redis://${address}` };
}

function direct(binder: BrokerName, broker: StartedService): Record<string, string> {
  return binder === "redis" ? { REDIS_URL: broker.address } : {};
}

/** Kafka tells its clients to take the proxy's way; this client's sockets go straight to it. */
function directKafka(broker: StartedService) {
  const client = createKafkajsClient({
    config: parseKafkaConfig({ KAFKA_BROKERS: broker.address }),
    clientId: `consistency-${crypto.randomUUID().slice(0, 8)}`,
    logger: silentLogger,
    openSocket: ({ onConnect }) =>
      net.connect({ host: "127.0.0.1", port: broker.port }, onConnect).setNoDelay(true),
  });
  return createKafkaBinder(client, silentLogger);
}
