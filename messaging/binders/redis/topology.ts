/**
 * Which node has a key: the only one there is, or the master of its slot on a cluster.
 *
 * @module
 */

import { BrokerUnavailableError, ConfigError } from "../../errors.ts";
import { type RedisNode, toAddress } from "./config.ts";
import type { Connection } from "./connection.ts";
import { SLOT_COUNT, slotOf } from "./slot.ts";

/** Where keys are, as far as is known. */
export interface Topology {
  /** True where keys of different slots may not meet in one command. */
  readonly isCluster: boolean;
  /** The node that has the key. Rejects with `BrokerUnavailableError` when none is known. */
  nodeOf(key: string): Promise<RedisNode>;
  /** All nodes that have keys. */
  nodes(): Promise<readonly RedisNode[]>;
  /** A node said where the key is now. */
  learn(key: string, node: RedisNode): void;
  /** A node did not answer as it should: look again before the next use. */
  doubt(): void;
}

/** One server has all keys. */
export function singleTopology(node: RedisNode): Topology {
  return {
    isCluster: false,
    nodeOf: () => Promise.resolve(node),
    nodes: () => Promise.resolve([node]),
    learn() {},
    doubt() {},
  };
}

// A few at once, as each of them may be the one that is down.
const ASKED_AT_ONCE = 3;
const ASK_EACH_MS = 250;

/** Asks the nodes of a cluster who is the master of which slots, and asks anew when in doubt. */
export class ClusterTopology implements Topology {
  readonly isCluster = true;
  readonly #seeds: readonly RedisNode[];
  readonly #connect: (node: RedisNode) => Connection;
  #known: ReadonlyMap<string, RedisNode> = new Map();
  #masters: (RedisNode | undefined)[] = [];
  #isStale = true;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined;

  constructor(seeds: readonly RedisNode[], connect: (node: RedisNode) => Connection) {
    this.#seeds = seeds;
    this.#connect = connect;
  }

  async nodeOf(key: string): Promise<RedisNode> {
    if (this.#isStale) await this.#refresh();
    const slot = slotOf(key);
    const node = this.#masters[slot];
    if (node !== undefined) return node;
    this.doubt();
    throw new BrokerUnavailableError("redis", { cause: `no node has slot ${slot}` });
  }

  async nodes(): Promise<readonly RedisNode[]> {
    if (this.#isStale) await this.#refresh();
    return [...new Map(this.#masters.flatMap((node) => node ? [[toAddress(node), node]] : []))]
      .map(([, node]) => node);
  }

  learn(key: string, node: RedisNode): void {
    this.#masters[slotOf(key)] = node;
  }

  doubt(): void {
    this.#isStale = true;
  }

  async #refresh(): Promise<void> {
    if (performance.now() - this.#askedAt < ASK_EACH_MS) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#askedAt = performance.now();
      this.#asking = undefined;
    });
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const nodes = [...new Map([...this.#seeds.map(withAddress), ...this.#known]).values()];
    const asked = shuffled(nodes).slice(0, ASKED_AT_ONCE);
    const connections = asked.map(this.#connect);
    try {
      const shards = await Promise.any(connections.map(readShards));
      const masters = new Array<RedisNode | undefined>(SLOT_COUNT);
      for (const { first, last, nodes: [master] } of shards) masters.fill(master, first, last + 1);
      this.#masters = masters;
      this.#known = new Map(shards.flatMap(({ nodes }) => nodes.map(withAddress)));
      this.#isStale = false;
    } catch (error) {
      const cause = error instanceof AggregateError ? error.errors[0] : error;
      if (String(cause).includes("cluster support disabled")) {
        throw new ConfigError(["REDIS_URL names several nodes, and they are no cluster"]);
      }
      throw new BrokerUnavailableError("redis", { cause });
    } finally {
      for (const connection of connections) connection.close();
    }
  }
}

interface Shard {
  readonly first: number;
  readonly last: number;
  /** The master first. */
  readonly nodes: readonly RedisNode[];
}

async function readShards(connection: Connection): Promise<readonly Shard[]> {
  const client = await connection.client();
  const shards = await client.cluster("SLOTS");
  return shards.map(([first, last, ...nodes]) => ({
    first,
    last,
    // A node that does not know its own name leaves it out: it is where it was reached.
    nodes: nodes.map(([host, port]) => ({ host: host || connection.node.host, port })),
  }));
}

function withAddress(node: RedisNode): [string, RedisNode] {
  return [toAddress(node), node];
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items.map((item) => [Math.random(), item] as const).sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
