/**
 * The variables of messaging and of the brokers, as the generated documents show them. Their parsers
 * live in messaging, which knows no documents; the types here and a test keep both the same.
 *
 * @module
 */

import { binderNames } from "../messaging/binders/registry.ts";
import { type BindingProperty, parseBindingConfig } from "../messaging/binding_config.ts";
import type { ConfigDescription } from "@cauce/platform";

type Text = Pick<ConfigDescription, "default" | "description">;

const defaults = parseBindingConfig({}, () => {});

/** Every property of a binding. */
export const bindingProperties: Readonly<Record<BindingProperty, Text>> = {
  DESTINATION: text("Topic or streams of the channel", "the channel's name"),
  GROUP: text("Consumer group of a sink", "the application's"),
  BINDER: text("Another binder than MESSAGING_BINDER for this binding", "MESSAGING_BINDER"),
  CONTENT_TYPE: text("Content type of the payload", defaults.contentType),
  CONSUMER_CONCURRENCY: text("Handlers that run at once", defaults.concurrency),
  CONSUMER_MAX_ATTEMPTS: text("Tries of a message, the first included", defaults.retry.maxAttempts),
  CONSUMER_BACK_OFF_INITIAL_INTERVAL: text(
    "Wait before the second try, in ms",
    defaults.retry.initialIntervalMs,
  ),
  CONSUMER_BACK_OFF_MULTIPLIER: text("Growth of that wait, try by try", defaults.retry.multiplier),
  CONSUMER_BACK_OFF_MAX_INTERVAL: text("Longest wait, in ms", defaults.retry.maxIntervalMs),
  CONSUMER_START_OFFSET: text(
    "Where a new group starts: earliest or latest",
    "earliest with a group, else latest",
  ),
  CONSUMER_MAX_IN_FLIGHT: text(
    "Messages of a partition that may be delivered and not yet committed",
    defaults.maxInFlight,
  ),
  CONSUMER_ON_DEAD_LETTER: text(
    "After a dead letter: continue, or park later messages of its key",
    defaults.onDeadLetter,
  ),
  PRODUCER_PARTITION_COUNT: text("Partitions of a destination when created", "the channel's"),
  PRODUCER_CONTENT_MODE: text(
    "CloudEvents mode: binary, structured or plain",
    defaults.contentMode,
  ),
  PRODUCER_REQUIRED_GROUPS: text("Groups that must find every message, separated by commas", ""),
};

/** What chooses the binder, and the variables of the brokers. */
export const brokerSettings: readonly ConfigDescription[] = [
  {
    ...setting("MESSAGING_BINDER", `The binder: ${binderNames.join(", ")}; memory only in dev`),
    required: true,
  },
  setting("KAFKA_BROKERS", "Kafka: host:port, separated by commas"),
  setting("KAFKA_CLIENT", "Kafka: the client library", "kafkajs"),
  setting("KAFKA_SSL", "Kafka: TLS, true or false", "false"),
  setting("KAFKA_SSL_CA", "Kafka: PEM of the authorities to trust instead of the system's"),
  setting("KAFKA_SASL_MECHANISM", "Kafka: plain, scram-sha-256 or scram-sha-512"),
  secret("KAFKA_SASL_USERNAME", "Kafka: user"),
  secret("KAFKA_SASL_PASSWORD", "Kafka: password"),
  secret(
    "REDIS_URL",
    "Redis Streams: redis:// or rediss://; several, with commas, are one cluster",
  ),
  setting("REDIS_STREAM_RETENTION_MS", "Redis Streams: younger entries stay, in ms", "86400000"),
  setting("REDIS_STREAM_ALARM_LENGTH", "Redis Streams: a longer stream raises an alarm", "1000000"),
];

function text(description: string, value: string | number): Text {
  return { description, default: value === "" ? undefined : String(value) };
}

function setting(name: string, description: string, value?: string): ConfigDescription {
  return { name, description, default: value, secret: false, required: false };
}

function secret(name: string, description: string): ConfigDescription {
  return { ...setting(name, description), secret: true };
}
