/**
 * The Kafka binder.
 *
 * @module
 */

export type { BinderOptions } from "../options.ts";
export { createBinder, createKafkaBinder } from "./binder.ts";
export type {
  FetchedPartition,
  FetchRequest,
  GroupMember,
  GroupPlan,
  JoinedGroup,
  JoinRequest,
  KafkaClient,
  KafkaLink,
  Leaders,
  Membership,
  ProduceBatch,
  ProduceRequest,
  ProducerIdentity,
  TopicOptions,
} from "./client.ts";
export { type KafkaConfig, type KafkaSasl, parseKafkaConfig } from "./config.ts";
export { createKafkajsClient } from "./kafkajs_client.ts";
export type { ClusterOptions, OpenSocket, SocketOptions } from "./kafkajs_cluster.ts";
