/**
 * A partition in the hands of one member: reads the log and hands batches to the layer above.
 *
 * @module
 */

import type { Assignment, Receive, Receiver } from "../../binder.ts";
import type { PartitionLog } from "./log.ts";

const BATCH_SIZE = 500;

/** What a holding works on. */
export interface HoldingOptions {
  readonly destination: string;
  readonly partition: number;
  readonly token: number;
  readonly log: PartitionLog;
  readonly committed: number;
  readonly commit: (offset: number) => void;
}

/** Delivers from the committed offset on until it is released or lost. */
export class Holding {
  readonly #log: PartitionLog;
  readonly #lost = new AbortController();
  readonly #receiver: Receiver;
  readonly #stopListening: () => void;
  #position: number;
  #wake: () => void = () => {};
  #stopped = false;
  #released: Promise<void> | undefined;

  constructor({ log, committed, commit, ...place }: HoldingOptions, receive: Receive) {
    this.#log = log;
    this.#position = committed;
    const assignment: Assignment = {
      ...place,
      signal: this.#lost.signal,
      settle: (offset) => {
        if (!this.#lost.signal.aborted) commit(Number(offset) + 1);
      },
    };
    this.#stopListening = log.onAppend(() => this.#wake());
    this.#receiver = receive(assignment);
    void this.#run();
  }

  /** Hands the partition back in order: what runs may end and is committed. */
  release(): Promise<void> {
    this.#released ??= this.#drain();
    return this.#released;
  }

  /** The broker takes the partition away: nothing can be committed any more. */
  lose(): void {
    this.#stop();
    this.#lost.abort();
  }

  async #drain(): Promise<void> {
    this.#stop();
    await this.#receiver.drain();
    this.#lost.abort();
  }

  #stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#wake();
  }

  async #run(): Promise<void> {
    // The assignment is complete before the first message arrives.
    await Promise.resolve();
    while (!this.#stopped) {
      const batch = this.#log.read(this.#position, BATCH_SIZE);
      if (batch.length === 0) {
        await new Promise<void>((resolve) => this.#wake = resolve);
        continue;
      }
      this.#position += batch.length;
      await this.#receiver.deliver(batch);
    }
  }
}
