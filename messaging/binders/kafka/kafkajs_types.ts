/**
 * The parts of kafkajs 2.2.4 that the adapter uses and its own types leave out or leave open.
 *
 * @module
 */

import type { Buffer } from "node:buffer";

/** `Cluster` in kafkajs/src/cluster. */
export interface KafkajsCluster {
  readonly connectionPoolBuilder: {
    build(destination?: unknown): Promise<KafkajsConnectionPool>;
  };
  readonly brokerPool: { findConnectedBroker(): Promise<KafkajsBroker> };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
  findBroker(node: { nodeId: number }): Promise<KafkajsBroker>;
  findGroupCoordinator(group: { groupId: string }): Promise<KafkajsBroker>;
  fetchTopicsOffset(
    topics: {
      topic: string;
      partitions: { partition: number }[];
      fromBeginning: boolean;
      fromTimestamp?: number;
    }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

/** `ConnectionPool` in kafkajs/src/network: one connection for fetches, one for all else. */
export interface KafkajsConnectionPool {
  readonly pool: readonly {
    readonly requestQueue: {
      readonly pending: readonly unknown[];
      readonly throttledUntil: number;
      scheduleCheckPendingRequests(): void;
    };
  }[];
}

interface TopicOffsets {
  readonly topic: string;
  readonly partitions: readonly { partition: number; offset?: string; metadata?: string }[];
}

interface Member {
  readonly groupId: string;
  readonly memberId: string;
}

/** `Broker` in kafkajs/src/broker: one method for each request of the protocol. */
export interface KafkajsBroker {
  readonly connectionPool: { send<Answer>(request: KafkajsRequest<Answer>): Promise<Answer> };
  apiVersions(): Promise<unknown>;
  metadata(topics: readonly string[]): Promise<unknown>;
  createTopics(request: {
    topics: {
      topic: string;
      numPartitions: number;
      replicationFactor: number;
      configEntries: { name: string; value: string }[];
    }[];
    timeout: number;
  }): Promise<unknown>;
  initProducerId(
    request: { transactionTimeout: number },
  ): Promise<{ producerId: string; producerEpoch: number }>;
  joinGroup(
    request: Member & {
      sessionTimeout: number;
      rebalanceTimeout: number;
      groupProtocols: { name: string; metadata: Buffer }[];
    },
  ): Promise<{
    generationId: number;
    leaderId: string;
    memberId: string;
    members: { memberId: string; memberMetadata: Buffer }[];
  }>;
  syncGroup(
    request: Member & {
      generationId: number;
      groupAssignment: { memberId: string; memberAssignment: Buffer }[];
    },
  ): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: Member & { groupGenerationId: number }): Promise<unknown>;
  leaveGroup(request: Member): Promise<unknown>;
  offsetCommit(
    request: Member & { groupGenerationId: number; topics: TopicOffsets[] },
  ): Promise<unknown>;
  offsetFetch(
    request: { groupId: string; topics: TopicOffsets[] },
  ): Promise<{ responses: { partitions: { partition: number; offset: string }[] }[] }>;
}

/** A request that kafkajs sends without knowing what is in it. */
export interface KafkajsRequest<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    /** Resolves with what kafkajs's own encoder would be: it looks at `buf` and sends `buffer`. */
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    decode(payload: Buffer): Promise<{ readonly payload: Buffer }>;
    parse(decoded: { readonly payload: Buffer }): Promise<Answer>;
  };
}
