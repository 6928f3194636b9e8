/**
 * Channels, sources and sinks over any broker: Spring Cloud Stream's idea for Deno and TypeScript.
 *
 * @module
 */

export { type Channel, type ChannelDefinition, defineChannel, type Schema } from "./channel.ts";
export {
  BrokerUnavailableError,
  ConfigError,
  InvalidMessageError,
  isFatal,
  MissingFeatureError,
  PartitionCountError,
  PauseAndRetryError,
  SendError,
} from "./errors.ts";
export { type Logger, silentLogger } from "./logger.ts";
export type { Headers, Message, Position } from "./message.ts";
export type {
  BindingCommand,
  BindingState,
  BindingStatus,
  MessagingEvent,
  Observe,
} from "./observe.ts";
export type { Sink, SinkContext } from "./sink.ts";
export type { Outgoing, SendBatchOptions, SendOptions, Source } from "./source.ts";
