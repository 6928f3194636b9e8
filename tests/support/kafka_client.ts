/**
 * A Kafka binder that has a way to the broker of its own, which can be cut.
 *
 * @module
 */

import net from "node:net";
import { silentLogger } from "@cauce/messaging";
import type { Binder } from "@cauce/messaging/binder";
import {
  createKafkaBinder,
  createKafkajsClient,
  parseKafkaConfig,
} from "@cauce/messaging/binders/kafka";
import { openTcpProxy, type TcpProxy } from "./tcp_proxy.ts";

/** A binder and its network. */
export interface KafkaBehindProxy {
  readonly binder: Binder;
  readonly proxy: TcpProxy;
}

/** Brokers tell clients where they are, so it is the sockets that are led through the proxy. */
export function openKafkaBehindProxy(brokers: string, logger = silentLogger): KafkaBehindProxy {
  const config = parseKafkaConfig({ KAFKA_BROKERS: brokers });
  const [targetHost = "127.0.0.1", targetPort] = brokers.split(":");
  const proxy = openTcpProxy({ targetHost, targetPort: Number(targetPort) });
  const client = createKafkajsClient({
    config,
    clientId: crypto.randomUUID(),
    logger,
    openSocket: ({ onConnect }) =>
      net.connect({ host: "127.0.0.1", port: proxy.port }, onConnect).setNoDelay(true),
  });
  return { binder: createKafkaBinder(client, logger), proxy };
}
