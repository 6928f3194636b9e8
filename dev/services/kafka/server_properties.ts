/**
 * The settings of a single Kafka node for development and tests.
 *
 * @module
 */

/** What differs from node to node. */
export interface KafkaNode {
  readonly dataFolder: string;
  /** Where clients and the node itself connect, both on loopback. */
  readonly port: number;
  readonly advertisedPort: number;
  readonly brokerPort: number;
  readonly controllerPort: number;
  readonly quickRestart: boolean;
}

/** Returns the settings as KRaft wants them. */
export function serverProperties(node: KafkaNode): Readonly<Record<string, string>> {
  const { port, advertisedPort, brokerPort, controllerPort } = node;
  return {
    "process.roles": "broker,controller",
    "node.id": "1",
    "log.dirs": node.dataFolder,
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    // A listener of its own for the node: with the clients' one behind a proxy, a cut would also
    // cut the transaction coordinator off from its own log.
    "inter.broker.listener.name": "BROKER",
    "listeners":
      `CLIENT://127.0.0.1:${port},BROKER://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `CLIENT://127.0.0.1:${advertisedPort},BROKER://127.0.0.1:${brokerPort}`,
    "listener.security.protocol.map": "CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    ...behaviour(node.quickRestart),
  };
}

/** The settings that do not depend on where the node runs. */
export function behaviour(quickRestart: boolean): Readonly<Record<string, string>> {
  return {
    // As on managed clusters: whoever needs a topic creates it.
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "group.initial.rebalance.delay.ms": "0",
    ...(quickRestart
      ? { "broker.session.timeout.ms": "2000", "broker.heartbeat.interval.ms": "400" }
      : {}),
  };
}
