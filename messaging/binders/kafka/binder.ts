/**
 * The Kafka binder.
 *
 * A destination is a topic; a group is a consumer group named `<group>.<destination>`.
 *
 * @module
 */

import type { Binder, ConsumerOptions, ProducerBinding, ProducerOptions } from "../../binder.ts";
import { PartitionCountError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { BinderOptions } from "../options.ts";
import { toBinderError } from "./binder_error.ts";
import type { KafkaClient, KafkaLink } from "./client.ts";
import { parseKafkaConfig } from "./config.ts";
import { openConsumer } from "./consumer.ts";
import { createKafkajsClient } from "./kafkajs_client.ts";
import { KafkaProducer } from "./producer.ts";
import { reserveGroup } from "./starts.ts";
import { codeOf } from "./request_error.ts";
import { openTopic } from "./topics.ts";

/** Builds a binder from the environment. Throws `ConfigError` when its variables are wrong. */
export function createBinder({ env, logger, clientId }: BinderOptions): Binder {
  const config = parseKafkaConfig(env);
  return createKafkaBinder(createKafkajsClient({ config, clientId, logger }), logger);
}

/** Builds a binder on any client. */
export function createKafkaBinder(client: KafkaClient, logger: Logger): Binder {
  const open = new Set<AsyncDisposable>();

  /** Ends with the binder, if not before. */
  function keep<Binding extends AsyncDisposable>(binding: Binding): Binding {
    const dispose = binding[Symbol.asyncDispose].bind(binding);
    binding[Symbol.asyncDispose] = async () => {
      await dispose();
      open.delete(binding);
    };
    open.add(binding);
    return binding;
  }

  return {
    name: "kafka",
    features: { ordered: true, durable: true, replayable: true, historyForNewGroups: true },
    async bindProducer(destination, options) {
      return keep(await openProducer(client, destination, options));
    },
    async bindConsumer(destination, options: ConsumerOptions, receive) {
      return keep(await openConsumer({ client, logger, destination, options, receive }));
    },
    async ping(signal) {
      signal?.throwIfAborted();
      const link = client.openLink();
      const drop = () => link.close();
      signal?.addEventListener("abort", drop);
      try {
        await link.ping();
      } catch (error) {
        throw toBinderError(error);
      } finally {
        signal?.removeEventListener("abort", drop);
        link.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((binding) => binding[Symbol.asyncDispose]()));
    },
  };
}

async function openProducer(
  client: KafkaClient,
  destination: string,
  { partitionCount, requiredGroups }: ProducerOptions,
): Promise<ProducerBinding> {
  const link = client.openLink();
  try {
    const leaders = await openTopic(link, destination, partitionCount);
    if (leaders.size !== partitionCount) {
      throw new PartitionCountError(destination, { found: leaders.size, wanted: partitionCount });
    }
    for (const group of requiredGroups) await reserve(link, destination, group);
    return new KafkaProducer({ client, destination, partitionCount, link, leaders });
  } catch (error) {
    link.close();
    throw toBinderError(error);
  }
}

async function reserve(link: KafkaLink, destination: string, group: string): Promise<void> {
  try {
    await reserveGroup(link, destination, `${group}.${destination}`);
  } catch (error) {
    // Only members may commit for a group that has some; they commit their start themselves.
    if (codeOf(error) !== "UNKNOWN_MEMBER_ID") throw error;
  }
}
