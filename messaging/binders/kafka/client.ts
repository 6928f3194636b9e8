/**
 * The client port: the few requests that this binder needs of a Kafka library. Start reading here.
 *
 * It stands at the level of Kafka's protocol, below any library's own consumer or producer, since
 * those decide too much: when to rejoin, what to resend, how long to hang on to a dead socket.
 * Membership, fetching and idempotent sending are written once, above this port.
 *
 * @module
 */

import type { Delivery, OutgoingMessage } from "../../message.ts";

/** Opens links; does no I/O by itself. */
export interface KafkaClient {
  /** The owner closes it. */
  openLink(): KafkaLink;
}

/** A broker's node id for each partition it leads. */
export type Leaders = ReadonlyMap<number, number>;

/**
 * Connections to the brokers, opened by the first request. Every request ends within a deadline and
 * rejects with a `KafkaRequestError`. After one of the code `CONNECTION` the link is of no more use.
 * Offsets are numbers: a partition would need 285 years at a million messages a second to outgrow them.
 */
export interface KafkaLink {
  /** Resolves when a broker answers. */
  ping(): Promise<void>;
  /** Undefined when the topic does not exist. */
  findLeaders(topic: string): Promise<Leaders | undefined>;
  /** Does nothing when the topic exists already. */
  createTopic(topic: string, partitionCount: number): Promise<void>;
  /** The first offset that exists, or the one that the next message will get. */
  listOffsets(topic: string, at: "earliest" | "latest"): Promise<ReadonlyMap<number, number>>;
  /** Waits for messages, but not longer than asked. */
  fetch(request: FetchRequest): Promise<readonly FetchedPartition[]>;
  /** An identity that no producer had before. */
  beginProducer(): Promise<ProducerIdentity>;
  /** Resolves when all replicas in sync have every batch. */
  produce(request: ProduceRequest): Promise<void>;
  /** Resolves when all members have joined this generation. */
  joinGroup(request: JoinRequest): Promise<JoinedGroup>;
  /** The leader passes everyone's partitions, the others nothing; resolves with the member's own. */
  syncGroup(membership: Membership, plan: GroupPlan): Promise<readonly number[]>;
  /** Rejects with `REBALANCE_IN_PROGRESS` when the members are to join again. */
  heartbeat(membership: Membership): Promise<void>;
  /** Lets the others have what it holds, at once. */
  leaveGroup(membership: Membership): Promise<void>;
  commit(
    membership: Membership,
    topic: string,
    offsets: ReadonlyMap<number, number>,
  ): Promise<void>;
  /** Partitions for which the group committed nothing are left out. */
  findCommitted(
    group: string,
    topic: string,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, number>>;
  /** Drops the connections at once; whatever is in flight rejects. */
  close(): void;
}

/** What to read from the partitions that one broker leads. */
export interface FetchRequest {
  readonly leader: number;
  readonly topic: string;
  readonly positions: ReadonlyMap<number, number>;
  readonly maxWaitMs: number;
}

/** What was read from one partition. */
export interface FetchedPartition {
  readonly partition: number;
  readonly deliveries: readonly Delivery[];
  /** Where to go on: behind records that are nobody's business, too. */
  readonly nextOffset: number;
}

/** Under which the brokers recognise a batch that is sent again. */
export interface ProducerIdentity {
  readonly producerId: string;
  readonly epoch: number;
}

/** Batches for partitions that one broker leads. */
export interface ProduceRequest {
  readonly leader: number;
  readonly topic: string;
  readonly identity: ProducerIdentity;
  readonly batches: readonly ProduceBatch[];
}

/** One batch; the sequence numbers its first message. */
export interface ProduceBatch {
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: readonly OutgoingMessage[];
}

/** A member of a group in one of its generations. */
export interface Membership {
  readonly group: string;
  readonly memberId: string;
  readonly generation: number;
}

/** What a member joins with. */
export interface JoinRequest {
  readonly group: string;
  readonly topic: string;
  /** Empty for a new member. */
  readonly memberId: string;
  /** Partitions it holds, and keeps until it says otherwise. */
  readonly owned: readonly number[];
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
}

/** What the group answers. */
export interface JoinedGroup {
  readonly membership: Membership;
  /** All members with what they hold; given to the leader alone, who divides the partitions. */
  readonly members: readonly GroupMember[] | undefined;
}

/** One member as the leader sees it. */
export interface GroupMember {
  readonly memberId: string;
  readonly owned: readonly number[];
}

/** Who gets what. */
export interface GroupPlan {
  readonly topic: string;
  readonly assignments: ReadonlyMap<string, readonly number[]>;
}
