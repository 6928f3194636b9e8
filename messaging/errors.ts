/**
 * The errors a caller is meant to catch. Each says whether trying again can help.
 *
 * @module
 */

/** The broker did not take the message, or did not say in time that it did. It may have stored it. */
export class SendError extends Error {
  override readonly name = "SendError";
  readonly retriable: boolean;

  constructor(
    destination: string,
    state: string,
    options: ErrorOptions & { retriable?: boolean } = {},
  ) {
    super(`Cannot send to "${destination}": ${state}`, options);
    this.retriable = options.retriable ?? true;
  }
}

/** The payload does not fit the channel's schema, or the message is not one of ours. Never worth a retry. */
export class InvalidMessageError extends Error {
  override readonly name = "InvalidMessageError";
  readonly retriable = false;

  constructor(state: string, options?: ErrorOptions) {
    super(`Cannot read message: ${state}`, options);
  }
}

/** The broker is out of reach. Binding is tried again with back-off. */
export class BrokerUnavailableError extends Error {
  override readonly name = "BrokerUnavailableError";
  readonly retriable = true;

  constructor(binder: string, options?: ErrorOptions) {
    super(`Cannot reach the ${binder} broker`, options);
  }
}

/** The destination exists with another number of partitions; going on would break the order of keys. */
export class PartitionCountError extends Error {
  override readonly name = "PartitionCountError";
  readonly retriable = false;

  constructor(destination: string, counts: { found: number; wanted: number }) {
    super(
      `Cannot bind "${destination}": it has ${counts.found} partitions, ${counts.wanted} are configured`,
    );
  }
}

/** A binding needs what its binder cannot promise. */
export class MissingFeatureError extends Error {
  override readonly name = "MissingFeatureError";
  readonly retriable = false;

  constructor(binding: string, binder: string, feature: string) {
    super(`Cannot bind "${binding}": the ${binder} binder is not ${feature}`);
  }
}

/** A group's place could not be moved everywhere: a handler runs on, or the broker is out of reach. */
export class SeekError extends Error {
  override readonly name = "SeekError";
  readonly retriable = true;

  constructor(destination: string, state: string, options?: ErrorOptions) {
    super(`Cannot seek in "${destination}": ${state}`, options);
  }
}

/** A dead letter cannot be changed any more, or is another operator's for the moment. */
export class DeadLetterStateError extends Error {
  override readonly name = "DeadLetterStateError";
  readonly retriable = false;

  constructor(action: string, id: string, state: string) {
    super(`Cannot ${action} dead letter "${id}": it is ${state}`);
  }
}

/** The configuration is wrong; every problem is listed. The process should exit with code 78. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly retriable = false;

  constructor(readonly problems: readonly string[]) {
    super(`Cannot start: ${problems.join("; ")}`);
  }
}

/**
 * Thrown by a handler whose dependency is down: the message is tried again, for as long as it takes,
 * without counting an attempt, and is never dead-lettered.
 */
export class PauseAndRetryError extends Error {
  override readonly name = "PauseAndRetryError";
  readonly retriable = true;
}

/** True when the error says of itself that trying again cannot help. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && "retriable" in error && error.retriable === false;
}
