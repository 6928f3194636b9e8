/**
 * One partition in this member's hands, from its assignment until it is let go.
 *
 * @module
 */

import type { Assignment, Receive, Receiver } from "../../binder.ts";
import type { Delivery } from "../../message.ts";
import type { FetchedPartition } from "./client.ts";

// What a receiver is handed at once; a fetch may bring many more.
const BATCH_SIZE = 500;
// A fetch takes about as long as it takes to work off this many batches.
const REFILL_BELOW = 3;
// Below every offset.
const NOTHING = -1;

/** What a holding begins with. */
export interface HoldingOptions {
  readonly destination: string;
  readonly partition: number;
  readonly token: number;
  /** The first offset to deliver. */
  readonly start: number;
  readonly receive: Receive;
  /** Called when offsets may be committed. */
  readonly onSettled: () => void;
  /** Called when the partition has room for another fetch. */
  readonly onRoom: () => void;
}

/** Keeps fetched batches waiting behind the one being delivered, and asks for more in time. */
export class Holding {
  readonly partition: number;
  readonly #controller = new AbortController();
  readonly #receiver: Receiver;
  readonly #options: HoldingOptions;
  readonly #waiting: (readonly Delivery[])[] = [];
  #position: number;
  /** Behind the last delivery; records that follow are nobody's business. */
  #end: number;
  #settled: number;
  #committed: number;
  #delivering = false;
  #drained: Promise<void> | undefined;
  #fullAt = 0;

  constructor(options: HoldingOptions) {
    const { destination, partition, token, start, receive } = options;
    this.partition = partition;
    this.#options = options;
    this.#position =
      this.#end =
      this.#settled =
      this.#committed =
        start;
    const assignment: Assignment = {
      destination,
      partition,
      token,
      signal: this.#controller.signal,
      settle: (offset) => this.#settle(offset),
    };
    this.#receiver = receive(assignment);
  }

  /** Where the next fetch begins. */
  get position(): number {
    return this.#position;
  }

  get hasRoom(): boolean {
    return this.#waiting.length < REFILL_BELOW && this.#drained === undefined && !this.isLost;
  }

  /** When it last ran out of room, in ms since the epoch. */
  get fullAt(): number {
    return this.#fullAt;
  }

  get isLost(): boolean {
    return this.#controller.signal.aborted;
  }

  /** It is being drained. */
  get isLeaving(): boolean {
    return this.#drained !== undefined;
  }

  /** Everything before this offset is done. */
  get settled(): number {
    return this.#settled;
  }

  /** What is done and not yet committed: the number of offsets. */
  get uncommitted(): number {
    return this.#settled - this.#committed;
  }

  accept({ deliveries, nextOffset }: FetchedPartition): void {
    if (!this.hasRoom) return;
    this.#position = nextOffset;
    const last = deliveries.at(-1);
    if (last !== undefined) this.#end = Number(last.offset) + 1;
    else if (this.#settled >= this.#end && this.#settled < nextOffset) this.#advance(nextOffset);
    for (let index = 0; index < deliveries.length; index += BATCH_SIZE) {
      this.#waiting.push(deliveries.slice(index, index + BATCH_SIZE));
    }
    this.#deliver();
    if (!this.hasRoom) this.#fullAt = Date.now();
  }

  /** Goes on elsewhere, since the broker no longer has what comes next. */
  moveTo(offset: number): void {
    this.#position = this.#end = this.#settled = offset;
    this.#committed = NOTHING;
    this.#options.onSettled();
  }

  confirm(offset: number): void {
    this.#committed = Math.max(this.#committed, offset);
  }

  /** Hands over nothing more and resolves when the receiver's work has ended. */
  drain(): Promise<void> {
    this.#waiting.length = 0;
    return this.#drained ??= this.isLost ? Promise.resolve() : this.#receiver.drain();
  }

  /** The partition is another's from now on. */
  lose(): void {
    this.#waiting.length = 0;
    this.#controller.abort(new Error(`Partition ${this.partition} is no longer held`));
  }

  async #deliver(): Promise<void> {
    if (this.#delivering) return;
    this.#delivering = true;
    for (let batch; (batch = this.#waiting.shift()) !== undefined;) {
      if (this.#waiting.length === REFILL_BELOW - 1) this.#options.onRoom();
      await this.#receiver.deliver(batch);
    }
    this.#delivering = false;
  }

  #settle(offset: string): void {
    const next = Number(offset) + 1;
    if (!this.isLost && next > this.#settled) this.#advance(next);
  }

  /** Records that are nobody's business are done when all before them is. */
  #advance(next: number): void {
    this.#settled = next < this.#end ? next : this.#position;
    this.#options.onSettled();
  }
}
