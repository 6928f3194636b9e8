/**
 * The client port on kafkajs.
 *
 * @module
 */

import type { KafkaClient, KafkaLink } from "./client.ts";
import type { ClusterOptions } from "./kafkajs_cluster.ts";
import { createGroupRequests, type GroupRequests } from "./kafkajs_group_requests.ts";
import { DEADLINE_MS, Requester } from "./kafkajs_requester.ts";
import { createFetchRequest, createProduceRequest } from "./record_requests.ts";
import { codeOf } from "./request_error.ts";

const BROKER_DEFAULT = -1;
const UNUSED_TRANSACTION_TIMEOUT_MS = 60_000;

/** Opens links on kafkajs. */
export function createKafkajsClient(options: ClusterOptions): KafkaClient {
  return {
    openLink() {
      const requester = new Requester(options);
      return {
        ...createTopicRequests(requester),
        ...createGroupRequests(requester),
        close: () => requester.close(),
      };
    },
  };
}

function createTopicRequests(requester: Requester): Omit<KafkaLink, keyof GroupRequests | "close"> {
  const { cluster } = requester;
  const topics = new Set<string>();

  async function loadMetadata(topic: string): Promise<void> {
    if (topics.has(topic)) await cluster.refreshMetadata();
    else await cluster.addMultipleTargetTopics([topic]);
    topics.add(topic);
  }

  return {
    async ping() {
      await requester.askAny((broker) => broker.apiVersions());
    },
    async findLeaders(topic) {
      try {
        await requester.ask(() => loadMetadata(topic));
      } catch (error) {
        if (codeOf(error) === "UNKNOWN_TOPIC_OR_PARTITION") return undefined;
        throw error;
      }
      const partitions = cluster.findTopicPartitionMetadata(topic);
      return new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
    },
    async createTopic(topic, { partitionCount, maxMessageBytes }) {
      const wanted = {
        topic,
        numPartitions: partitionCount,
        replicationFactor: BROKER_DEFAULT,
        configEntries: maxMessageBytes === undefined
          ? []
          : [{ name: "max.message.bytes", value: String(maxMessageBytes) }],
      };
      try {
        await requester.askAny((broker) =>
          broker.createTopics({ topics: [wanted], timeout: DEADLINE_MS })
        );
      } catch (error) {
        // Another process was faster.
        if (codeOf(error) !== "TOPIC_ALREADY_EXISTS") throw error;
      }
    },
    async listOffsets(topic, at) {
      const [found] = await requester.askLeaders(() => {
        const partitions = cluster.findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ partition: partitionId }));
        const fromBeginning = at === "earliest";
        const since = typeof at === "object" ? { fromTimestamp: at.time } : {};
        return cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning, ...since }]);
      });
      const offsets = found?.partitions.map(({ partition, offset }) =>
        [partition, Number(offset)] as const
      );
      return new Map(offsets?.filter(([, offset]) => offset >= 0));
    },
    fetch({ leader, ...wanted }) {
      return requester.askNode(
        leader,
        (broker) => broker.connectionPool.send(createFetchRequest(wanted)),
        DEADLINE_MS + wanted.maxWaitMs,
      );
    },
    async beginProducer() {
      const { producerId, producerEpoch } = await requester.askAny((broker) =>
        broker.initProducerId({ transactionTimeout: UNUSED_TRANSACTION_TIMEOUT_MS })
      );
      return { producerId, epoch: producerEpoch };
    },
    produce({ leader, ...wanted }) {
      return requester.askNode(
        leader,
        (broker) => broker.connectionPool.send(createProduceRequest(wanted, DEADLINE_MS)),
      );
    },
  };
}
