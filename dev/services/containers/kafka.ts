/**
 * Kafka in a container: one node in KRaft mode.
 *
 * @module
 */

import { behaviour } from "../kafka/server_properties.ts";
import type { Starter } from "../service.ts";
import { containerStarter } from "./container_service.ts";

/** Runs the official image or its stand-in, which take the same environment. */
export const kafkaContainer: Starter = containerStarter("kafka", {
  containerPort: 9092,
  // ApiVersions, the first thing that a client asks.
  hello: new Uint8Array([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]),
  readyText: "Kafka Server started",
  address: (host, port) => `${host}:${port}`,
  env: ({ host, port, quickRestart = false }) =>
    kafkaEnvironment({ advertised: `${host}:${port}`, quickRestart }),
});

/** Where clients are told to connect, and how soon a dead broker is noticed. */
export interface KafkaEnvironmentOptions {
  readonly advertised: string;
  readonly quickRestart: boolean;
}

/** Returns the settings in the form that the official image reads from the environment. */
export function kafkaEnvironment(
  { advertised, quickRestart }: KafkaEnvironmentOptions,
): Readonly<Record<string, string>> {
  const properties = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": "1@localhost:9093",
    "controller.listener.names": "CONTROLLER",
    // The node cannot reach itself by the address that clients are told, and would refuse
    // transactions for want of replicas.
    "inter.broker.listener.name": "BROKER",
    "listeners": "CLIENT://0.0.0.0:9092,CONTROLLER://localhost:9093,BROKER://localhost:9094",
    "advertised.listeners": `CLIENT://${advertised},BROKER://localhost:9094`,
    "listener.security.protocol.map": "CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    ...behaviour(quickRestart),
  };
  const env = Object.entries(properties).map(([name, value]) => [
    `KAFKA_${name.toUpperCase().replaceAll(".", "_")}`,
    value,
  ]);
  return { ...Object.fromEntries(env), KAFKA_HEAP_OPTS: "-Xmx256m" };
}
