/**
 * A channel: the typed name under which services exchange messages.
 *
 * @module
 */

/** Validates a payload. Zod's schemas fit it; so does anything whose `parse` throws on bad input. */
export interface Schema<T> {
  /** Returns the value in its checked form; throws when it does not fit, with what is wrong. */
  parse(input: unknown): T;
}

/** What sender and receiver agree on. The application knows channels; only a binder knows destinations. */
export interface Channel<T> {
  /** Kebab-case and plural: `organization-changes`. Also the default destination. */
  readonly name: string;
  /** Checks payloads on both sides: before they are sent, and before a handler sees them. */
  readonly schema: Schema<T>;
  /** Messages with the same key keep their order. */
  readonly keyOf: (payload: T) => string;
  /** The CloudEvents `type` of a payload: past tense, `organization.updated`. */
  readonly typeOf: (payload: T) => string;
  /** Partitions the destination is created with, 1 to 1000. A destination that exists keeps its own count. */
  readonly partitionCount: number;
}

/** A channel as it is declared: what is left out has a default. */
export type ChannelDefinition<T> =
  & Pick<Channel<T>, "name" | "schema" | "keyOf">
  & Partial<Channel<T>>;

/** Partitions of a channel that does not say how many. */
export const DEFAULT_PARTITION_COUNT = 8;

/** Declares a channel. Throws a `TypeError` when the name is not kebab-case. */
export function defineChannel<T>(definition: ChannelDefinition<T>): Channel<T> {
  const { name } = definition;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new TypeError(`Cannot define channel "${name}": the name is not kebab-case`);
  }
  return { typeOf: () => name, partitionCount: DEFAULT_PARTITION_COUNT, ...definition };
}
