/**
 * The outbox: events stored in the transaction that changed the row, published later in order.
 *
 * @module
 */

/** An event as it waits in the outbox. */
export interface OutboxEvent {
  /** The event's id for its receivers, the same however often it is published. */
  readonly id: string;
  /** The channel's name. */
  readonly channel: string;
  /** Events with the same key are published in the order of their commits. */
  readonly key: string;
  /** As it was recorded; checked by the channel's schema when it is published. */
  readonly payload: unknown;
  /** When it happened, in ms since the epoch. */
  readonly time: number;
  /** W3C trace context of the request that recorded it. */
  readonly traceparent: string | undefined;
}

/** An event with its place in the outbox. For one key, `sequence` grows in commit order. */
export interface OutboxRow extends OutboxEvent {
  /** Its place in the outbox. */
  readonly sequence: number;
  /** How often the row was made to wait again after it had been published. */
  readonly round: number;
}

/** Which partitions of a channel a relay owns, out of how many, and until when it may publish. */
export interface RelayLease {
  /** The relay's name. */
  readonly owner: string;
  /** From 0. */
  readonly partitions: readonly number[];
  /** Out of how many; all relays of a channel must agree. */
  readonly partitionCount: number;
  /** In ms since the epoch, by the clock of this process. */
  readonly until: number;
}

/** By which epoch the broker stored a partition, as `Source.epochs` tells it. */
export interface SeenEpoch {
  /** What the broker told. */
  readonly epoch: string;
  /** When that was last known, in ms since the epoch. */
  readonly seenAt: number;
}

/** What waits to be published. */
export interface OutboxBacklog {
  /** Rows that wait, those set aside not among them. */
  readonly rows: number;
  /** When the oldest of them happened, in ms since the epoch. */
  readonly oldestTime: number | undefined;
  /** Rows that can never be published; a person has to look at them. */
  readonly quarantined: number;
}

/** What the relay needs of a database. One relay owns a partition at a time. */
export interface OutboxStore {
  /**
   * Takes or renews the lease on every partition that is free, expired or already the owner's, and
   * returns all the owner holds now: none while another owner counts the partitions differently.
   * Whether a lease expired is decided by the database's clock.
   */
  lease(options: {
    channel: string;
    partitionCount: number;
    owner: string;
    leaseMs: number;
  }): Promise<RelayLease>;
  /** Gives up all leases of the owner and wakes the others. */
  release(channel: string, owner: string): Promise<void>;
  /** The oldest unpublished rows of the leased partitions, by `sequence`. */
  unpublished(channel: string, lease: RelayLease, limit: number): Promise<readonly OutboxRow[]>;
  /**
   * When the oldest event happened that is not published, or a time before that, for each leased
   * partition that has one. Rows set aside are among them: nobody was told of their change. Takes no
   * longer where many wait.
   */
  oldestUnpublished(channel: string, lease: RelayLease): Promise<ReadonlyMap<number, number>>;
  /** Remembers that the rows were published. Rows of a partition the owner lost in between stay as they are. */
  markPublished(rows: readonly OutboxRow[], lease: RelayLease, at: number): Promise<void>;
  /** Sets a row aside that can never be published, so that those behind it go on. */
  quarantine(row: OutboxRow, lease: RelayLease, reason: string): Promise<void>;
  /** What waits to be published, and what was set aside. */
  backlog(channel: string): Promise<OutboxBacklog>;
  /**
   * Makes every row from the first whose event happened since `time` wait for publication again, so
   * that each key ends with its newest event. Returns how many.
   */
  republishSince(channel: string, time: number): Promise<number>;
  /** The same with every row from the first that was published since `time`. */
  republishSent(channel: string, time: number): Promise<number>;
  /** What was remembered of each partition. */
  epochs(channel: string): Promise<ReadonlyMap<number, SeenEpoch>>;
  /** Remembers it, in place of what it knew of these partitions. */
  rememberEpochs(channel: string, epochs: ReadonlyMap<number, SeenEpoch>): Promise<void>;
  /** Deletes published rows older than `time`. Returns how many. */
  prune(time: number): Promise<number>;
  /** Calls back when rows may be waiting. Dispose to stop. */
  onEvents(wake: () => void): Promise<AsyncDisposable>;
}
