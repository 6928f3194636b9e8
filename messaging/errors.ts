/**
 * The errors a caller is meant to catch. Each says whether trying again can help.
 *
 * @module
 */

/** The broker did not take the message, or did not say in time that it did. It may have stored it. */
export class SendError extends Error {
  /** How callers and logs know it. */
  override readonly name = "SendError";
  /** Whether sending the same again may succeed. */
  readonly retriable: boolean;

  /** `state` is what happened, as the end of the message. */
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
  /** How callers and logs know it. */
  override readonly name = "InvalidMessageError";
  /** The same bytes stay wrong. */
  readonly retriable = false;

  /** `state` is what is wrong with it, as the end of the message. */
  constructor(state: string, options?: ErrorOptions) {
    super(`Cannot read message: ${state}`, options);
  }
}

/** The broker is out of reach. Binding is tried again with back-off. */
export class BrokerUnavailableError extends Error {
  /** How callers and logs know it. */
  override readonly name = "BrokerUnavailableError";
  /** The broker may come back. */
  readonly retriable = true;
  /** What to do about it, where that is known. */
  readonly state: string | undefined;

  /** `binder` is the binder's name, `state` what to do about it; the `cause` says what happened. */
  constructor(binder: string, options: ErrorOptions & { state?: string | undefined } = {}) {
    const { state } = options;
    super(`Cannot reach the ${binder} broker${state === undefined ? "" : `: ${state}`}`, options);
    this.state = state;
  }
}

/** The destination exists with another number of partitions; going on would break the order of keys. */
export class PartitionCountError extends Error {
  /** How callers and logs know it. */
  override readonly name = "PartitionCountError";
  /** The number does not change by itself. */
  readonly retriable = false;

  /** `found` is the broker's number, `wanted` the configured one. */
  constructor(destination: string, counts: { found: number; wanted: number }) {
    super(
      `Cannot bind "${destination}": it has ${counts.found} partitions, ${counts.wanted} are configured`,
    );
  }
}

/** A binding needs what its binder cannot promise. */
export class MissingFeatureError extends Error {
  /** How callers and logs know it. */
  override readonly name = "MissingFeatureError";
  /** Another binder or another need is called for. */
  readonly retriable = false;

  /** `feature` as in the binding's needs. */
  constructor(binding: string, binder: string, feature: string) {
    super(`Cannot bind "${binding}": the ${binder} binder is not ${feature}`);
  }
}

/** A binding cannot do what it is asked for in its present state, or by its direction. */
export class BindingStateError extends Error {
  /** How callers and logs know it. */
  override readonly name = "BindingStateError";
  /** The binding has to be brought into another state first. */
  readonly retriable = false;

  /** `action` is what was asked for, `state` what stands in its way. */
  constructor(action: string, binding: string, state: string) {
    super(`Cannot ${action} binding "${binding}": ${state}`);
  }
}

/** A group's place could not be moved everywhere: a handler runs on, or the broker is out of reach. */
export class SeekError extends Error {
  /** How callers and logs know it. */
  override readonly name = "SeekError";
  /** Asking again is safe and may succeed. */
  readonly retriable = true;

  /** `state` is what stood in the way, as the end of the message. */
  constructor(destination: string, state: string, options?: ErrorOptions) {
    super(`Cannot seek in "${destination}": ${state}`, options);
  }
}

/** A dead letter cannot be changed any more, or is another operator's for the moment. */
export class DeadLetterStateError extends Error {
  /** How callers and logs know it. */
  override readonly name = "DeadLetterStateError";
  /** What was done to a letter stays done. */
  readonly retriable = false;

  /** `action` is what was asked for, `state` what the letter is. */
  constructor(action: string, id: string, state: string) {
    super(`Cannot ${action} dead letter "${id}": it is ${state}`);
  }
}

/** The configuration is wrong; every problem is listed. The process should exit with code 78. */
export class ConfigError extends Error {
  /** How callers and logs know it. */
  override readonly name = "ConfigError";
  /** The configuration has to change. */
  readonly retriable = false;

  /** `problems` are whole sentences, without secrets. */
  constructor(readonly problems: readonly string[]) {
    super(`Cannot start: ${problems.join("; ")}`);
  }
}

/**
 * Thrown by a handler whose dependency is down: the message is tried again, at least once a second and
 * for as long as it takes, without counting an attempt, and is never dead-lettered.
 */
export class PauseAndRetryError extends Error {
  /** How callers and logs know it. */
  override readonly name = "PauseAndRetryError";
  /** Waiting is the point. */
  readonly retriable = true;
}

/** True when the error says of itself that trying again cannot help. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && "retriable" in error && error.retriable === false;
}
