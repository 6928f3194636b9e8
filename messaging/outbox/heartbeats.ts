/**
 * What a relay says of its partitions: up to when everything committed has been sent.
 *
 * @module
 */

import type { Heartbeat, Source } from "../source.ts";
import type { HeldLease } from "./lease_keeper.ts";
import type { OutboxStore } from "./outbox.ts";

/** What heartbeats are made of. */
export interface HeartbeatsOptions {
  readonly store: Pick<OutboxStore, "oldestUnpublished">;
  readonly source: Pick<Source<unknown>, "sendHeartbeats">;
  readonly channel: string;
  /** 0: none. */
  readonly everyMs: number;
}

/** With a long backlog the question takes long, and the answer proves nothing: publishing goes first. */
const REST_PER_WORK = 9;

/** Sends them when they are due. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  #dueAt: number;
  #last: readonly Heartbeat[] = [];

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
    this.#dueAt = options.everyMs === 0 ? Infinity : -Infinity;
  }

  /** How long until the next ones. */
  get dueInMs(): number {
    return Math.max(0, this.#dueAt - performance.now());
  }

  /** What was said last. */
  get last(): readonly Heartbeat[] {
    return this.#last;
  }

  /** Call it when the rows that were found have been sent. Sends nothing once the lease has ended. */
  async sendDue({ lease, signal }: HeldLease): Promise<void> {
    if (this.dueInMs > 0) return;
    const { store, source, channel, everyMs } = this.#options;
    const startedAt = performance.now();
    // Before the question: what is committed while it is answered may be missing in the answer.
    const askedAt = Date.now();
    const oldest = await store.oldestUnpublished(channel, lease);
    if (signal.aborted) return;
    const beats = lease.partitions.map((partition) => ({
      partition,
      time: Math.min(askedAt, oldest.get(partition) ?? askedAt),
    }));
    const tookMs = performance.now() - startedAt;
    await source.sendHeartbeats(beats, { signal });
    this.#last = beats;
    this.#dueAt = startedAt + Math.max(everyMs, tookMs * REST_PER_WORK);
  }
}
