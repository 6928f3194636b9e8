/**
 * A cluster connection of kafkajs, taken below its consumer and producer, with its faults mended.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import net from "node:net";
import tls from "node:tls";
import kafkajs from "kafkajs";
import type { LogEntry } from "kafkajs";
import type { Logger } from "../../logger.ts";
import type { KafkaConfig } from "./config.ts";
import type { KafkajsCluster, KafkajsConnectionPool } from "./kafkajs_types.ts";

const CONNECTION_TIMEOUT_MS = 3000;

/** Where a socket is to lead, and whom to tell once it does. */
export interface SocketOptions {
  /** Name or address. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** Undefined: no TLS. */
  readonly ssl?: tls.ConnectionOptions;
  /** Called when it can be written to. */
  readonly onConnect: () => void;
}

/** Opens a socket. */
export type OpenSocket = (options: SocketOptions) => net.Socket;

/** What a cluster is opened with. */
export interface ClusterOptions {
  /** Where the brokers are. */
  readonly config: KafkaConfig;
  /** Under which the brokers log this process. */
  readonly clientId: string;
  /** Gets what kafkajs has to say, as details. */
  readonly logger: Logger;
  /** How sockets are made; for tests that cut them. */
  readonly openSocket?: OpenSocket | undefined;
}

/** A cluster and the way to drop it at once. */
export interface OpenCluster {
  readonly cluster: KafkajsCluster;
  destroy(): void;
}

/** Builds the cluster without any I/O. */
export function createCluster(
  { config, clientId, logger, openSocket = connectSocket }: ClusterOptions,
): OpenCluster {
  const sockets = new Set<net.Socket>();
  let closed = false;
  const { ssl, ca, sasl } = config;
  const kafka = new kafkajs.Kafka({
    brokers: [...config.brokers],
    clientId,
    ssl: ssl && ca !== undefined ? { ca: [ca] } : ssl,
    ...(sasl && { sasl: { ...sasl } as kafkajs.SASLOptions }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    // The link has deadlines of its own; these would be ten timer ticks a second and connection.
    enforceRequestTimeout: false,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: config.brokers.length + 1 },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => forward(entry, logger),
    socketFactory: (options) => {
      if (closed) throw new Error("The link is closed");
      const socket = openSocket(options);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return socket;
    },
  });
  const cluster = takeCluster(kafka);
  stopIdleTicks(cluster);

  return {
    cluster,
    destroy() {
      closed = true;
      for (const socket of sockets) socket.destroy(new Error("The link was closed"));
    },
  };
}

/** An assigner is handed the cluster of its consumer: the supported way to it. */
function takeCluster(kafka: kafkajs.Kafka): KafkajsCluster {
  let taken: unknown;
  kafka.consumer({
    groupId: "unused",
    allowAutoTopicCreation: false,
    partitionAssigners: [({ cluster }) => {
      taken = cluster;
      return {
        name: "unused",
        version: 0,
        assign: () => Promise.resolve([]),
        protocol: () => ({ name: "unused", metadata: Buffer.alloc(0) }),
      };
    }],
  });
  return taken as KafkajsCluster;
}

/**
 * kafkajs checks its queue of pending requests on a timer that it arms with a negative delay, which
 * is a tick each millisecond for as long as the process lives. The check is needed only while
 * something is pending or throttled.
 */
function stopIdleTicks({ connectionPoolBuilder: builder }: KafkajsCluster): void {
  const build = builder.build;
  builder.build = async (destination) => {
    const pool: KafkajsConnectionPool = await build(destination);
    for (const { requestQueue: queue } of pool.pool) {
      const schedule = queue.scheduleCheckPendingRequests.bind(queue);
      queue.scheduleCheckPendingRequests = () => {
        if (queue.pending.length > 0 || queue.throttledUntil > Date.now()) schedule();
      };
    }
    return pool;
  };
}

const connectSocket: OpenSocket = ({ host, port, ssl, onConnect }) => {
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? tls.connect({ host, port, ...servername, ...ssl }, onConnect)
    : net.connect({ host, port }, onConnect);
  // Before it is connected there is nothing to set it on.
  return socket.once("connect", () => socket.setNoDelay(true));
};

/** What goes wrong reaches the caller as an error; the library's own word on it is a detail. */
function forward({ namespace, log }: LogEntry, logger: Logger): void {
  const { message, broker, error } = log;
  logger.debug("kafkajs reported", {
    namespace,
    report: message,
    broker,
    error: String(error ?? ""),
  });
}
