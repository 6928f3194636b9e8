/**
 * The inbox: what makes a message that is delivered more than once take effect once.
 *
 * @module
 */

/** Which event, for whom. */
export interface InboxEntry {
  /** The consumer group; each has the event take effect once. */
  readonly group: string;
  /** The message's `id`. A replayed dead letter keeps it. */
  readonly eventId: string;
}

/** Events that took effect, kept beside the effect. `Transaction` is what the handler writes with. */
export interface Inbox<Transaction> {
  /**
   * True for exactly one committed transaction of each event and group: make the effect in the same
   * transaction, and only then. When it rolls back, the next delivery is the first again. Waits while
   * another transaction has the event, as long as the database lets it.
   */
  firstTime(transaction: Transaction, entry: InboxEntry): Promise<boolean>;
}
