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
  createTopic(topic: string, options: TopicOptions): Promise<void>;
  /**
   * The first offset that exists, the one that the next message will get, or the first one stored at
   * a time (ms since the epoch) or later; partitions that have none are left out.
   */
  listOffsets(
    topic: string,
    at: "earliest" | "latest" | { readonly time: number },
  ): Promise<ReadonlyMap<number, number>>;
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
  /** Makes offsets the group's; the next message to deliver, for each partition. */
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

/** How a topic is created. */
export interface TopicOptions {
  /** At least 1. */
  readonly partitionCount: number;
  /** Of one batch; the broker's own limit if absent. */
  readonly maxMessageBytes?: number;
}

/** What to read from the partitions that one broker leads. */
export interface FetchRequest {
  /** The broker's node id. */
  readonly leader: number;
  /** Where to read. */
  readonly topic: string;
  /** For each partition, the first offset to read. */
  readonly positions: ReadonlyMap<number, number>;
  /** How long the broker may wait for a first message. */
  readonly maxWaitMs: number;
  /** Of each partition; a mebibyte if absent. The first batch that is found comes whole. */
  readonly maxBytes?: number;
}

/** What was read from one partition. */
export interface FetchedPartition {
  /** From 0. */
  readonly partition: number;
  /** In order; none may have come in time. */
  readonly deliveries: readonly Delivery[];
  /** Where to go on: behind records that are nobody's business, too. */
  readonly nextOffset: number;
}

/** Under which the brokers recognise a batch that is sent again. */
export interface ProducerIdentity {
  /** The brokers' number for it, as text: it has 64 bits. */
  readonly producerId: string;
  /** Grows when the same producer starts its sequences anew. */
  readonly epoch: number;
}

/** Batches for partitions that one broker leads. */
export interface ProduceRequest {
  /** The broker's node id. */
  readonly leader: number;
  /** Where to store. */
  readonly topic: string;
  /** Whose sequence numbers they are. */
  readonly identity: ProducerIdentity;
  /** At most one for each partition. */
  readonly batches: readonly ProduceBatch[];
}

/** One batch; the sequence numbers its first message. */
export interface ProduceBatch {
  /** From 0. */
  readonly partition: number;
  /** Grows by one for each message of the partition. */
  readonly firstSequence: number;
  /** Stored together or not at all. */
  readonly messages: readonly OutgoingMessage[];
}

/** A member of a group in one of its generations. */
export interface Membership {
  /** The group's id. */
  readonly group: string;
  /** The coordinator's name for the member. */
  readonly memberId: string;
  /** Grows each time the members join again. */
  readonly generation: number;
}

/** What a member joins with. */
export interface JoinRequest {
  /** The group's id. */
  readonly group: string;
  /** What the group consumes. */
  readonly topic: string;
  /** Empty for a new member. */
  readonly memberId: string;
  /** Partitions it holds, and keeps until it says otherwise. */
  readonly owned: readonly number[];
  /** It waits for everyone to let go, to move the group's offsets. */
  readonly seeks: boolean;
  /** Without a heartbeat for so long, the member is put out of the group. */
  readonly sessionTimeoutMs: number;
  /** How long the others wait for the member to join again. */
  readonly rebalanceTimeoutMs: number;
}

/** What the group answers. */
export interface JoinedGroup {
  /** What the member's next requests are made with. */
  readonly membership: Membership;
  /** All members with what they hold; given to the leader alone, who divides the partitions. */
  readonly members: readonly GroupMember[] | undefined;
}

/** One member as the leader sees it. */
export interface GroupMember {
  /** The coordinator's name for it. */
  readonly memberId: string;
  /** Partitions it holds. */
  readonly owned: readonly number[];
  /** Whether it waits for everyone to let go. */
  readonly seeks: boolean;
}

/** Who gets what. */
export interface GroupPlan {
  /** What is divided. */
  readonly topic: string;
  /** The partitions of each member. */
  readonly assignments: ReadonlyMap<string, readonly number[]>;
}
