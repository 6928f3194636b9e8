/**
 * What fault cases must know of a broker, and no more: see `tests/faults/messaging_test.ts`.
 *
 * @module
 */

import { silentLogger } from "@cauce/messaging";
import type { Binder } from "@cauce/messaging/binder";
import { createBinder as createKafkaBinder } from "@cauce/messaging/binders/kafka";
import { createBinder as createRedisBinder } from "@cauce/messaging/binders/redis";
import { kafkaBrokers, redisUrl } from "./brokers.ts";
import { openKafkaBehindProxy } from "./kafka_client.ts";
import { openUrlProxy, type TcpProxy } from "./tcp_proxy.ts";
import type { BrokerName } from "./wanted_services.ts";

/** One broker under test. */
export interface FaultWorld {
  readonly name: BrokerName;
  /** How long a silent member keeps what it owns. */
  readonly sessionMs: number;
  /** How long a case waits for what is still to come before it calls it lost. */
  readonly patienceMs: number;
  /** The broker that all tests share, for faults that it does not feel. */
  sharedAddress(): Promise<string>;
  /** The environment of an application that uses a broker. */
  env(address: string): Readonly<Record<string, string>>;
  /** Whether a message that is sent again for want of an answer is stored but once. */
  readonly storesOnce: boolean;
  openBinder(address: string): Binder;
  openBehindProxy(address: string): { readonly binder: Binder; readonly proxy: TcpProxy };
  /** Whether bytes on their way to the broker publish a message with this text in its body. */
  publishes(request: Uint8Array, text: string): boolean;
}

const PRODUCE = 0;

const kafka: FaultWorld = {
  name: "kafka",
  sessionMs: 7000,
  patienceMs: 30_000,
  storesOnce: true,
  sharedAddress: kafkaBrokers,
  env: (address) => ({ KAFKA_BROKERS: address }),
  openBinder: (address) => createKafkaBinder(options({ KAFKA_BROKERS: address })),
  openBehindProxy: (address) => openKafkaBehindProxy(address),
  // The body may be compressed; a request says in its second part what it asks for.
  publishes: (request) =>
    new DataView(request.buffer, request.byteOffset, request.length).getInt16(4) === PRODUCE,
};

const redis: FaultWorld = {
  name: "redis",
  sessionMs: 5000,
  patienceMs: 30_000,
  storesOnce: false,
  sharedAddress: redisUrl,
  env: (address) => ({ REDIS_URL: address }),
  openBinder: (address) => createRedisBinder(options({ REDIS_URL: address })),
  openBehindProxy(address) {
    const { proxy, url } = openUrlProxy(address);
    return { binder: redis.openBinder(url), proxy };
  },
  publishes: (request, text) => new TextDecoder("latin1").decode(request).includes(text),
};

/** The brokers, by name. */
export const faultWorlds: Readonly<Record<BrokerName, FaultWorld>> = { kafka, redis };

function options(env: Readonly<Record<string, string>>) {
  return { env, logger: silentLogger, clientId: `faults-${crypto.randomUUID().slice(0, 8)}` };
}
