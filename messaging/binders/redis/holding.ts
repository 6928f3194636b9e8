/**
 * A partition in the hands of one member: what was handed over, what is settled, and for how long
 * the member can prove that it is the owner.
 *
 * @module
 */

import type { Assignment, Receive, Receiver } from "../../binder.ts";
import { decodeEntry, type RawEntry } from "./entry.ts";
import { streamKey } from "./keys.ts";

/** A place in a stream, and how many entries it has up to there; -1 when Redis does not count them. */
export interface StreamPosition {
  readonly id: string;
  readonly entriesRead: number;
}

/** What a holding starts with. */
export interface HoldingOptions {
  readonly destination: string;
  readonly partition: number;
  readonly epoch: number;
  /** The address of the node that gave the lease; undefined where there is none. */
  readonly home: string | undefined;
  readonly committed: StreamPosition;
  /** On the clock of `performance.now()`; `Infinity` where nobody else can own the partition. */
  readonly provenUntil: number;
  readonly receive: Receive;
  /** There is room for more. */
  readonly onRoom: (holding: Holding) => void;
  readonly onSettled: (holding: Holding) => void;
}

/** Hands over what is read until it is released or lost. */
export class Holding {
  readonly partition: number;
  readonly stream: string;
  readonly epoch: number;
  readonly #lost = new AbortController();
  readonly #receiver: Receiver;
  readonly #options: HoldingOptions;
  #provenUntil: number;
  #position: string;
  #handed: string[] = [];
  #settled: StreamPosition;
  #committed: StreamPosition;
  #waiting = false;
  #stopped = false;

  constructor(options: HoldingOptions) {
    const { destination, partition, epoch, committed } = options;
    this.#options = options;
    this.partition = partition;
    this.stream = streamKey(destination, partition);
    this.epoch = epoch;
    this.#provenUntil = options.provenUntil;
    this.#position = committed.id;
    this.#settled = committed;
    this.#committed = committed;
    const assignment: Assignment = {
      destination,
      partition,
      token: epoch,
      signal: this.#lost.signal,
      settle: (offset) => this.#settle(offset),
    };
    this.#receiver = options.receive(assignment);
  }

  /**
   * False at a node that took over from the one that gave the lease. It may have lost the lease, the
   * last commits and the last entries: nothing of this holding is sure there.
   */
  isAt(address: string): boolean {
    const { home } = this.#options;
    return home === undefined || home === address;
  }

  /** The last entry that was handed over. */
  get position(): string {
    return this.#position;
  }

  /** True while the receiver has no room for more. */
  get isWaiting(): boolean {
    return this.#waiting;
  }

  /** True when entries read now can be handed over at once. */
  get hasRoom(): boolean {
    return !this.#waiting && !this.#stopped && this.isProven;
  }

  /** False once it was lost, or could have been. */
  get isProven(): boolean {
    return !this.#lost.signal.aborted && performance.now() < this.#provenUntil;
  }

  get provenUntil(): number {
    return this.#provenUntil;
  }

  /** True once it is on its way to another member. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  get settled(): StreamPosition {
    return this.#settled;
  }

  /** How many settled entries are not committed yet; 1 when nobody counts. */
  get uncommitted(): number {
    if (this.#settled.id === this.#committed.id) return 0;
    return Math.max(1, this.#settled.entriesRead - this.#committed.entriesRead);
  }

  prove(until: number): void {
    this.#provenUntil = until;
  }

  /** Takes what was read behind `position`; resolves when there is room again. */
  accept(entries: readonly RawEntry[]): Promise<void> {
    const batch = entries.map(decodeEntry);
    this.#position = batch.at(-1)?.offset ?? this.#position;
    for (const { offset } of batch) this.#handed.push(offset);
    this.#waiting = true;
    return this.#receiver.deliver(batch).then(() => {
      this.#waiting = false;
      if (!this.#stopped) this.#options.onRoom(this);
    });
  }

  markCommitted(position: StreamPosition): void {
    this.#committed = position;
  }

  /** Hands nothing over any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when the running handlers ended. */
  drain(): Promise<void> {
    this.stop();
    return this.#receiver.drain();
  }

  /** Tells the layer above that the partition is gone. */
  end(): void {
    this.stop();
    this.#lost.abort();
  }

  #settle(offset: string): void {
    // Late by the local clock means that another member may have it: the broker would refuse anyway.
    if (!this.isProven) return;
    const count = this.#handed.indexOf(offset) + 1;
    // Settled before, or never handed over.
    if (count === 0) return;
    this.#handed.splice(0, count);
    const { entriesRead } = this.#settled;
    this.#settled = { id: offset, entriesRead: entriesRead < 0 ? -1 : entriesRead + count };
    this.#options.onSettled(this);
  }
}
