/**
 * Why a request to Kafka failed, in the protocol's own words.
 *
 * @module
 */

/** `code` is Kafka's name of the error, or `CONNECTION` when no answer came. */
export class KafkaRequestError extends Error {
  override readonly name = "KafkaRequestError";
  readonly code: string;
  /** The partition it is about, where Kafka says so. */
  readonly partition: number | undefined;
  readonly retriable: boolean;
  /** What a person can do about it, where that is known. */
  readonly advice: string | undefined;

  constructor(
    code: string,
    state: string,
    options: ErrorOptions & {
      retriable?: boolean;
      partition?: number | undefined;
      advice?: string | undefined;
    } = {},
  ) {
    super(`Cannot complete a request to Kafka: ${state}`, options);
    this.code = code;
    this.retriable = options.retriable ?? false;
    this.partition = options.partition;
    this.advice = options.advice;
  }
}

/** The name of the error, or an empty text when it is no answer of Kafka's. */
export function codeOf(error: unknown): string {
  return error instanceof KafkaRequestError ? error.code : "";
}

const STALE_METADATA = new Set([
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_FOR_PARTITION",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "REPLICA_NOT_AVAILABLE",
  "KAFKA_STORAGE_ERROR",
]);

/** True when the partition may have moved: look up its leader again. */
export function isStaleMetadata(error: unknown): boolean {
  return STALE_METADATA.has(codeOf(error));
}

const LOST_MEMBERSHIP = new Set(["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID"]);

/** True when the group went on without this member. */
export function isLostMembership(error: unknown): boolean {
  return LOST_MEMBERSHIP.has(codeOf(error));
}

const MOVED_COORDINATOR = new Set([
  "NOT_COORDINATOR_FOR_GROUP",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "GROUP_LOAD_IN_PROGRESS",
]);

/** True when the group's coordinator is elsewhere or not ready. */
export function isMovedCoordinator(error: unknown): boolean {
  return MOVED_COORDINATOR.has(codeOf(error));
}
