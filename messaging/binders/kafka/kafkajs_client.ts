/**
 * The client port on kafkajs.
 *
 * @module
 */

import type { KafkaClient, KafkaLink } from "./client.ts";
import type { ClusterOptions } from "./kafkajs_cluster.ts";
import { createGroupRequests, type GroupRequests } from "./kafkajs_group_requests.ts";
import { DEADLINE_MS, Requester } from "./kafkajs_requester.ts";
import { toFetched, toRecord } from "./records.ts";
import { codeOf } from "./request_error.ts";

const MAX_BYTES_PER_PARTITION = 1024 * 1024;
const MAX_BYTES = 8 * 1024 * 1024;
const READ_COMMITTED = 1;
const ALL_REPLICAS = -1;
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
    async createTopic(topic, partitionCount) {
      const wanted = { topic, numPartitions: partitionCount, replicationFactor: BROKER_DEFAULT };
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
    async fetch({ leader, topic, positions, maxWaitMs, maxBytes = MAX_BYTES_PER_PARTITION }) {
      const partitions = [...positions].map(([partition, offset]) => ({
        partition,
        fetchOffset: String(offset),
        maxBytes,
      }));
      const { responses } = await requester.askNode(leader, (broker) =>
        broker.fetch({
          maxWaitTime: maxWaitMs,
          minBytes: 1,
          maxBytes: MAX_BYTES,
          isolationLevel: READ_COMMITTED,
          topics: [{ topic, partitions }],
        }), DEADLINE_MS + maxWaitMs);
      return responses.flatMap((response) => response.partitions)
        .map((one) => toFetched(one, positions.get(one.partition) ?? 0));
    },
    async beginProducer() {
      const { producerId, producerEpoch } = await requester.askAny((broker) =>
        broker.initProducerId({ transactionTimeout: UNUSED_TRANSACTION_TIMEOUT_MS })
      );
      return { producerId, epoch: producerEpoch };
    },
    async produce({ leader, topic, identity, batches }) {
      const partitions = batches.map(({ partition, firstSequence, messages }) => ({
        partition,
        firstSequence,
        messages: messages.map(toRecord),
      }));
      try {
        await requester.askNode(leader, (broker) =>
          broker.produce({
            topicData: [{ topic, partitions }],
            producerId: identity.producerId,
            producerEpoch: identity.epoch,
            acks: ALL_REPLICAS,
            timeout: DEADLINE_MS,
          }));
      } catch (error) {
        // The broker has this batch already: it was the answer that got lost.
        if (codeOf(error) !== "DUPLICATE_SEQUENCE_NUMBER") throw error;
      }
    },
  };
}
