/**
 * Connects the binder port with Redis Streams.
 *
 * @module
 */

import type { Binder } from "../../binder.ts";
import { BrokerUnavailableError } from "../../errors.ts";
import type { BinderOptions } from "../options.ts";
import { readAlone } from "./anonymous.ts";
import { parseRedisConfig, type RedisNode } from "./config.ts";
import { bare, Connection } from "./connection.ts";
import { type ConsumerDeps, joinGroup } from "./consumer.ts";
import { createGroup, openDestination, openDestinationExactly } from "./destination.ts";
import { destinationKey } from "./keys.ts";
import { checkMemoryPolicy } from "./memory_policy.ts";
import { Nodes } from "./nodes.ts";
import { createRedisProducer, VALID_MS } from "./producer.ts";
import { ClusterTopology, singleTopology } from "./topology.ts";

// A send that is not answered by then is not stored later either.
const SOCKET_TIMEOUT_MS = VALID_MS;
// Longer than a read waits for messages.
const READER_SOCKET_TIMEOUT_MS = 6000;

/** Builds a binder from `REDIS_URL`. Throws `ConfigError` when the environment is wrong. */
export function createBinder({ env, logger, clientId }: BinderOptions): Binder {
  const config = parseRedisConfig(env);
  const open = new Set<AsyncDisposable>();
  const isCluster = config.nodes.length > 1;
  const toOpen = (name: string, socketTimeoutMs = SOCKET_TIMEOUT_MS) => (node: RedisNode) =>
    new Connection({ config, node, logger, name: `${clientId}:${name}`, socketTimeoutMs });
  const topology = isCluster
    ? new ClusterTopology(config.nodes, toOpen("topology"))
    : singleTopology(config.nodes[0]);
  const control = new Nodes({ topology, connect: toOpen("control") });
  let policyChecked = false;

  async function reach(): Promise<void> {
    if (policyChecked) return;
    policyChecked = true;
    try {
      await control.everywhere((client) => checkMemoryPolicy(client, logger));
    } catch (error) {
      policyChecked = false;
      throw error;
    }
  }

  /** The time at the node that all members of a group ask, in ms since the epoch. */
  const now = (destination: string) =>
    control.run(
      destinationKey(destination),
      (_, connection) => Promise.resolve(connection.serverNow()),
    );

  function keep<Binding extends AsyncDisposable>(binding: Binding): Binding {
    open.add(binding);
    return {
      ...binding,
      [Symbol.asyncDispose]: async () => {
        await binding[Symbol.asyncDispose]();
        open.delete(binding);
      },
    };
  }

  return {
    name: "redis",
    features: { ordered: true, durable: true, replayable: true, historyForNewGroups: true },

    async bindProducer(destination, { partitionCount, requiredGroups }) {
      try {
        await reach();
        await openDestinationExactly(control, destination, partitionCount);
        const place = { destination, partitionCount, startOffset: "earliest" } as const;
        for (const group of requiredGroups) await createGroup(control, group, place);
      } catch (error) {
        throw toBindError(error);
      }
      const nodes = new Nodes({ topology, connect: toOpen(`${destination}-out`) });
      return keep(createRedisProducer({ destination, partitionCount, nodes }));
    },

    async bindConsumer(destination, options, receive) {
      const { group, startOffset } = options;
      const connect = toOpen(`${destination}-in`, READER_SOCKET_TIMEOUT_MS);
      try {
        await reach();
        const partitionCount = await openDestination(control, destination, options.partitionCount);
        // Members rank by age: the one that joins never takes what the others may keep.
        const member = `${await now(destination)}:${clientId}:${crypto.randomUUID()}`;
        const openNodes = () => new Nodes({ topology, connect });
        const place = { destination, partitionCount, config, logger };
        const deps: ConsumerDeps = { ...place, isCluster, member, control, openNodes, receive };
        return keep(
          await (group === undefined
            ? readAlone(deps, options)
            : joinGroup(deps, { group, startOffset })),
        );
      } catch (error) {
        throw toBindError(error);
      }
    },

    async ping(signal) {
      signal?.throwIfAborted();
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        await Promise.race([control.everywhere((client) => client.ping()), aborted]);
      } finally {
        signal?.removeEventListener("abort", onAbort);
      }
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((binding) => binding[Symbol.asyncDispose]()));
      control.close();
    },
  };
}

// A connection that broke or a server that is loading: trying again helps.
function toBindError(raw: unknown): unknown {
  const error = bare(raw);
  if (error instanceof Error && "retriable" in error) return error;
  const message = error instanceof Error ? error.message : "";
  if (/^(WRONGTYPE|NOPERM|ERR )/.test(message)) return error;
  return new BrokerUnavailableError("redis", { cause: error });
}
