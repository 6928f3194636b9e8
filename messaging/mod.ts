/**
 * Channels, sources and sinks over any broker: Spring Cloud Stream's idea for Deno and TypeScript.
 *
 * @module
 */

export { type BinderName, binderNames } from "./binders/registry.ts";
export {
  createMemoryBroker,
  type MemoryBroker,
  type MemoryBrokerOptions,
} from "./binders/memory/broker.ts";
export { adviceOnCertificate, type CertificateSettings } from "./binders/certificate_advice.ts";
export type { Binder, BinderFeatures, Offsets, StartPosition } from "./binder.ts";
export type { BindingConfig } from "./binding_config.ts";
export { type Channel, type ChannelDefinition, defineChannel, type Schema } from "./channel.ts";
export type { ContentMode } from "./codec.ts";
export {
  type Env,
  type MessagingConfig,
  parseMessagingConfig,
  type ParseMessagingOptions,
} from "./config.ts";
export {
  BindingStateError,
  BrokerUnavailableError,
  ConfigError,
  DeadLetterStateError,
  InvalidMessageError,
  isFatal,
  MissingFeatureError,
  PartitionCountError,
  PauseAndRetryError,
  SeekError,
  SendError,
} from "./errors.ts";
export { HEARTBEAT_TYPE } from "./heartbeat.ts";
export { type Logger, silentLogger } from "./logger.ts";
export {
  createMessaging,
  type Messaging,
  type MessagingOptions,
  type ReplayOptions,
  type SinkOptions,
  type SourceOptions,
} from "./messaging.ts";
export type { RetryOptions } from "./middleware/retry.ts";
export type { Need } from "./needs.ts";
export { currentTraceparent } from "./middleware/trace.ts";
export { partitionOf } from "./partition.ts";
export type { Headers, Message, Position } from "./message.ts";
export type {
  BindingCommand,
  BindingHealth,
  BindingState,
  BindingStatus,
  MessagingEvent,
  Observe,
} from "./observe.ts";
export type { Sink, SinkContext } from "./sink.ts";
export type { Heartbeat, Outgoing, SendBatchOptions, SendOptions, Source } from "./source.ts";
export type { OnWatermark, Watermark } from "./watermark.ts";
