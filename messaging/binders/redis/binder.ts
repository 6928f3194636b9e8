/**
 * Connects the binder port with Redis Streams.
 *
 * @module
 */

import type { Binder } from "../../binder.ts";
import { BrokerUnavailableError } from "../../errors.ts";
import type { BinderOptions } from "../options.ts";
import { readAlone } from "./anonymous.ts";
import { parseRedisConfig } from "./config.ts";
import { bare, Connection } from "./connection.ts";
import { type ConsumerDeps, joinGroup } from "./consumer.ts";
import { createGroup, openDestination, openDestinationExactly } from "./destination.ts";
import { checkMemoryPolicy } from "./memory_policy.ts";
import { createRedisProducer, VALID_MS } from "./producer.ts";

// A send that is not answered by then is not stored later either.
const SOCKET_TIMEOUT_MS = VALID_MS;
// Longer than a read waits for messages.
const READER_SOCKET_TIMEOUT_MS = 6000;

/** Builds a binder from `REDIS_URL`. Throws `ConfigError` when the environment is wrong. */
export function createBinder({ env, logger, clientId }: BinderOptions): Binder {
  const config = parseRedisConfig(env);
  const open = new Set<AsyncDisposable>();
  const connect = (name: string, socketTimeoutMs = SOCKET_TIMEOUT_MS) =>
    new Connection({ config, logger, name: `${clientId}:${name}`, socketTimeoutMs });
  const control = connect("control");
  let policyChecked = false;

  async function reach(connection: Connection): Promise<void> {
    const client = await connection.client();
    if (policyChecked) return;
    policyChecked = true;
    await checkMemoryPolicy(client, logger);
  }

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
      const connection = connect(`${destination}-out`);
      try {
        await reach(connection);
        const client = await connection.client();
        await openDestinationExactly(client, destination, partitionCount);
        const place = { destination, partitionCount, startOffset: "earliest" } as const;
        for (const group of requiredGroups) await createGroup(client, group, place);
      } catch (error) {
        connection.close();
        throw toBindError(error);
      }
      return keep(createRedisProducer({ destination, partitionCount, connection }));
    },

    async bindConsumer(destination, options, receive) {
      const { group, startOffset } = options;
      const connection = connect(`${destination}-in`, READER_SOCKET_TIMEOUT_MS);
      try {
        await reach(control);
        const client = await control.client();
        const partitionCount = await openDestination(client, destination, options.partitionCount);
        // Members rank by age: the one that joins never takes what the others may keep.
        const member = `${control.serverNow()}:${clientId}:${crypto.randomUUID()}`;
        const place = { destination, partitionCount, config, logger };
        const deps: ConsumerDeps = { ...place, member, control, connection, receive };
        return keep(
          await (group === undefined
            ? readAlone(deps, startOffset)
            : joinGroup(deps, { group, startOffset })),
        );
      } catch (error) {
        connection.close();
        throw toBindError(error);
      }
    },

    async ping(signal) {
      signal?.throwIfAborted();
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        await Promise.race([control.client().then((client) => client.ping()), aborted]);
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
