/**
 * What a relay says of its partitions: up to when everything committed has been sent.
 *
 * @module
 */

import type { Heartbeat, Source } from "../source.ts";
import type { BrokerEpochs } from "./broker_epochs.ts";
import type { HeldLease } from "./lease_keeper.ts";
import type { OutboxStore } from "./outbox.ts";

/** What heartbeats are made of. */
export interface HeartbeatsOptions {
  readonly store: Pick<OutboxStore, "oldestUnpublished">;
  readonly source: Pick<Source<unknown>, "sendHeartbeats">;
  readonly channel: string;
  readonly epochs: Pick<BrokerEpochs, "check">;
  /** 0: none. */
  readonly everyMs: number;
}

/** With a long backlog the question takes long, and the answer proves nothing: publishing goes first. */
const REST_PER_WORK = 9;
/** How often it is asked whether the broker lost something, where nobody waits for heartbeats. */
const LOOK_EACH_MS = 1000;

/** Sends them when they are due. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  #dueAt = -Infinity;
  #last: readonly Heartbeat[] = [];

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
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
  async sendDue(held: HeldLease): Promise<void> {
    if (this.dueInMs > 0) return;
    const startedAt = performance.now();
    const epochs = await this.#options.epochs.check(held);
    if (this.#options.everyMs === 0) this.#dueAt = startedAt + LOOK_EACH_MS;
    else await this.#send(held, { startedAt, epochs });
  }

  async #send(
    { lease, signal }: HeldLease,
    { startedAt, epochs }: { startedAt: number; epochs: readonly string[] | undefined },
  ): Promise<void> {
    const { store, source, channel, everyMs } = this.#options;
    // Before the question: what is committed while it is answered may be missing in the answer.
    const askedAt = Date.now();
    const oldest = await store.oldestUnpublished(channel, lease);
    if (signal.aborted) return;
    const beats = lease.partitions.map((partition) => ({
      partition,
      time: Math.min(askedAt, oldest.get(partition) ?? askedAt),
      // Between the look at the epochs and now the broker may have lost what this speaks of.
      epoch: epochs?.[partition],
    }));
    const tookMs = performance.now() - startedAt;
    await source.sendHeartbeats(beats, { signal });
    this.#last = beats;
    this.#dueAt = startedAt + Math.max(everyMs, tookMs * REST_PER_WORK);
  }
}
