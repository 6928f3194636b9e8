/**
 * The binder: the port every broker fulfils. Start reading here.
 *
 * A binder moves bytes and nothing else. Encoding, batching, lanes by key, retry, dead letters,
 * pausing and rebinding live above it, once, for every broker.
 *
 * What a binder guarantees:
 * - `send` resolves only when the broker has stored the whole batch; each partition keeps its order.
 * - Inside a group a partition belongs to one member at a time; its messages are delivered in order,
 *   starting after the last committed offset, again and again until they are settled.
 * - A member that lost a partition can commit nothing on it any more.
 * - A named group is durable, and a new one starts at the earliest message. Without a group every
 *   binding gets every message, starting with those sent after `bindConsumer` resolved.
 *
 * @module
 */

import type { Delivery, OutgoingMessage } from "./message.ts";

export {
  type Body,
  type Delivery,
  type Headers,
  type OutgoingMessage,
  toBytes,
} from "./message.ts";

/** What a broker can promise. Bindings that need more are refused when they bind. */
export interface BinderFeatures {
  /** Messages of one key arrive in the order in which they were stored. */
  readonly ordered: boolean;
  /** What is stored outlives the process that sent it. */
  readonly durable: boolean;
  /** A group can go back to what it has settled already. */
  readonly replayable: boolean;
  /** A new group gets what was stored before it. */
  readonly historyForNewGroups: boolean;
}

/** A connection to one broker. Disposing it disposes its bindings first. */
export interface Binder extends AsyncDisposable {
  /** As the configuration names it. */
  readonly name: string;
  /** What its broker can promise. */
  readonly features: BinderFeatures;
  /**
   * Opens a destination for sending and creates it where it is missing.
   * Rejects with `PartitionCountError` when it exists with another number of partitions.
   */
  bindProducer(destination: string, options: ProducerOptions): Promise<ProducerBinding>;
  /** Joins a group. Resolves when subscribed: what is sent from then on will arrive. */
  bindConsumer(
    destination: string,
    options: ConsumerOptions,
    receive: Receive,
  ): Promise<ConsumerBinding>;
  /** Resolves when the broker answers. */
  ping(signal?: AbortSignal): Promise<void>;
}

/** How a destination is opened for sending. */
export interface ProducerOptions {
  /** Partitions to create a missing destination with, and the number it must have. */
  readonly partitionCount: number;
  /** Groups that must find every message, even if their first member joins later. */
  readonly requiredGroups: readonly string[];
}

/** A destination that is open for sending. */
export interface ProducerBinding extends AsyncDisposable {
  /** Partitions of the destination. */
  readonly partitionCount: number;
  /**
   * Stores a batch. The caller waits for one call to settle before it makes the next.
   * A rejection leaves open what was stored. After `signal` aborts, the call settles soon and
   * stores nothing later. One signal comes with many calls: a call that settled must not listen on.
   */
  send(batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<void>;
  /**
   * For each partition, a text that is another one from when on messages may be gone that were stored
   * before; it never comes back. `send` rejects, and stores nothing on the partition, where a message
   * of the batch has another `epoch`. Absent where nothing that was stored is lost.
   */
  epochs?(): Promise<readonly string[]>;
}

/** How a destination is consumed. */
export interface ConsumerOptions {
  /** Undefined: anonymous, every binding gets every message. */
  readonly group: string | undefined;
  /** Where a group without committed offsets starts. */
  readonly startOffset: "earliest" | "latest";
  /** Used only when the destination has to be created. */
  readonly partitionCount: number;
  /**
   * Where an anonymous binding goes on that takes another one's place: the `positions` of that one.
   * Goes before `startOffset`; an offset that is gone becomes the next one that is there.
   */
  readonly resumeAt?: Offsets;
}

/** For each partition, the offset at or behind which the first message to deliver stands. */
export type Offsets = ReadonlyMap<number, string>;

/** Where to start from. */
export type StartPosition =
  | "earliest"
  | "latest"
  /** The first message stored at this time or later, in ms since the epoch. */
  | { readonly time: number }
  /** Partitions left out stay where they are. */
  | { readonly offsets: Offsets };

/** A member of a group. Disposing drains its partitions, commits and leaves. */
export interface ConsumerBinding extends AsyncDisposable {
  /** Resolves with the reason when the binding cannot go on by itself and must be bound anew. */
  readonly failed: Promise<Error>;
  /** When the broker last answered this member's fetch or heartbeat, in ms since the epoch. */
  lastContactAt(): number;
  /** Partitions this member owns now. */
  partitions(): readonly number[];
  /**
   * Where it would go on: for each partition it has, or had until it ended, the first offset that is
   * not settled. For a group the committed offset decides, not this.
   */
  positions(): Offsets;
  /**
   * Moves the group's committed offset on every partition of the destination, forward or back; of an
   * anonymous binding, its own place. Nobody has to stop for it: whoever owns a partition starts no
   * more handlers and lets the running ones end, only then the offset moves, and the next owner
   * delivers from there under a new token. Nothing that was taken in before it is settled after it.
   *
   * Resolves when all offsets have moved. Rejects with `SeekError` when that cannot be, or the signal
   * aborts: some may have moved by then, and asking again is safe. An offset outside of what is
   * stored becomes the nearest one inside. Rejects with `RangeError` when a partition or an offset
   * cannot exist, and with `MissingFeatureError` where the binder is not `replayable`.
   */
  seek(to: StartPosition, signal: AbortSignal): Promise<void>;
  /** What waits behind the group's committed offsets, over all partitions of the destination. */
  lag(): Promise<readonly PartitionLag[]>;
}

/** What waits on one partition. */
export interface PartitionLag {
  /** From 0. */
  readonly partition: number;
  /** How many wait. */
  readonly messages: number;
  /**
   * When the oldest waiting message was stored, in ms since the epoch. Undefined if none waits, or
   * where the binder is not `replayable` and cannot look back.
   */
  readonly oldestStoredAt: number | undefined;
}

/** One partition in the hands of this member, from assignment until revocation. */
export interface Assignment {
  /** What it is a partition of. */
  readonly destination: string;
  /** From 0. */
  readonly partition: number;
  /** Grows each time the partition changes hands: a fencing token for a handler's effects. */
  readonly token: number;
  /** Aborted as soon as the member lost the partition or cannot prove that it still owns it. */
  readonly signal: AbortSignal;
  /**
   * Everything up to and including `offset` is done. Cheap and never throws: the binder commits
   * soon after, by count and by time, and always after `drain` on a hand-over.
   */
  settle(offset: string): void;
}

/** The layer above, for one assignment. */
export interface Receiver {
  /**
   * Takes the partition's next messages. Resolves when there is room for more, which may take as
   * long as a pause lasts; the binder keeps its membership alive meanwhile. Never rejects.
   */
  deliver(batch: readonly Delivery[]): Promise<void>;
  /** Starts no more handlers and resolves when the running ones ended. The binder then commits and lets go. */
  drain(): Promise<void>;
}

/** Called for every partition the member comes to own. */
export type Receive = (assignment: Assignment) => Receiver;
