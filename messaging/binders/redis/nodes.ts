/**
 * The connections of one purpose, one for each node, and the way of a command to its key.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import { type RedisNode, toAddress } from "./config.ts";
import type { Client, Connection } from "./connection.ts";
import type { Topology } from "./topology.ts";

/** What nodes are made of. */
export interface NodesOptions {
  readonly topology: Topology;
  /** Builds a connection that opens itself on demand. */
  readonly connect: (node: RedisNode) => Connection;
}

/**
 * One command that names the key. It may be called again where the key has moved: a node that
 * refuses a key has carried out nothing. So it sends at once, or throws.
 */
export type Command<T> = (client: Client, connection: Connection) => Promise<T>;

// While slots move, a key may be asked for here and there.
const MAX_REDIRECTIONS = 5;

/** Runs commands where their keys are. */
export class Nodes {
  readonly #topology: Topology;
  readonly #connect: (node: RedisNode) => Connection;
  readonly #connections = new Map<string, Connection>();
  #isClosed = false;

  constructor({ topology, connect }: NodesOptions) {
    this.#topology = topology;
    this.#connect = connect;
  }

  /** Follows the key to another node when it is told to; nothing else is tried again. */
  async run<T>(key: string, command: Command<T>): Promise<T> {
    let asked: RedisNode | undefined;
    for (let redirections = 0;; redirections += 1) {
      const connection = this.at(asked ?? await this.#topology.nodeOf(key));
      try {
        const client = await connection.client();
        // Holds for the next command alone; its own answer says nothing.
        if (asked !== undefined) client.asking().catch(() => {});
        return await command(client, connection);
      } catch (error) {
        const redirection = toRedirection(error, connection.node);
        if (!this.#topology.isCluster) throw redirection === undefined ? error : loneNode();
        if (redirection === undefined || redirections === MAX_REDIRECTIONS) {
          if (isDoubtful(error)) this.#topology.doubt();
          throw error;
        }
        asked = redirection.isForOnce ? redirection.node : undefined;
        if (asked === undefined) this.#topology.learn(key, redirection.node);
      }
    }
  }

  /** Runs a command without a key on every node that has keys. */
  async everywhere<T>(command: Command<T>): Promise<readonly T[]> {
    const nodes = await this.#topology.nodes();
    return await Promise.all(nodes.map(async (node) => {
      const connection = this.at(node);
      try {
        return await command(await connection.client(), connection);
      } catch (error) {
        if (isDoubtful(error)) this.#topology.doubt();
        throw error;
      }
    }));
  }

  /** The connection to a node. */
  at(node: RedisNode): Connection {
    const address = toAddress(node);
    const known = this.#connections.get(address);
    if (known !== undefined) return known;
    const connection = this.#connect(node);
    if (this.#isClosed) connection.close();
    this.#connections.set(address, connection);
    return connection;
  }

  /** Gives up everything in flight: see `Connection.abandon`. */
  abandon(): void {
    for (const connection of this.#connections.values()) connection.abandon();
  }

  /** Closes for good; what is in flight rejects. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections.values()) connection.close();
  }
}

interface Redirection {
  readonly node: RedisNode;
  /** The slot is on its way: only this key is there already. */
  readonly isForOnce: boolean;
}

function toRedirection(error: unknown, from: RedisNode): Redirection | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, kind, host, port] = /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(error.message) ?? [];
  if (port === undefined) return undefined;
  return { node: { host: host || from.host, port: Number(port) }, isForOnce: kind === "ASK" };
}

function loneNode(): ConfigError {
  return new ConfigError(["REDIS_URL names one node of a cluster: it must name several"]);
}

// Anything but an answer, or the answer of a node that cannot serve for now.
function isDoubtful(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== "ReplyError") return true;
  return /^(CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|MOVED|ASK|TRYAGAIN)/.test(error.message);
}
