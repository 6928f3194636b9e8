/**
 * The relay: publishes what waits in the outbox, in order for each key.
 *
 * It owns partitions by a lease, so of several instances one publishes a partition. It looks for
 * unpublished rows instead of remembering how far it came, because a row that commits late may have
 * a smaller sequence than one already published. One batch is outstanding at a time; the next is
 * read after the last was marked.
 *
 * After publishing it says of each of its partitions how far everything has been sent: by what waits
 * in the outbox, so that a relay which is behind, or has set a row aside, claims no more than is true.
 *
 * Where the broker can lose what it confirmed, as a Redis that another takes the place of, it looks for
 * that before each heartbeat and first sends again what may be lost.
 *
 * What is left: a process that freezes in the middle of a send and outlives its lease may send that
 * batch after its successor went on. The event's version tells a consumer which is newer.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import type { Channel } from "../channel.ts";
import type { Logger } from "../logger.ts";
import type { Heartbeat, Source } from "../source.ts";
import { BrokerEpochs } from "./broker_epochs.ts";
import { Heartbeats } from "./heartbeats.ts";
import { LeaseKeeper } from "./lease_keeper.ts";
import type { OutboxStore } from "./outbox.ts";
import { publish, type RelayEvent } from "./publish.ts";
import { createWake } from "./wake.ts";

/** What a relay works with. */
export interface RelayOptions<T> {
  /** The database's side. */
  readonly store: OutboxStore;
  /** Where events are sent to; their order for one key is kept. */
  readonly source: Source<T>;
  /** What the rows belong to. */
  readonly channel: Channel<T>;
  /** Names this instance; unique among all that share the outbox. */
  readonly owner: string;
  /** Gets what goes wrong and is tried again. */
  readonly logger: Logger;
  /** A dead instance's partitions are taken over this long after its last renewal. */
  readonly leaseMs?: number;
  /** Rows that are read and sent at once. */
  readonly batchSize?: number;
  /** How long published rows are kept, so that they can be published again. */
  readonly retentionMs?: number;
  /** How often sinks are told how far each partition has been sent; never if absent or 0. */
  readonly heartbeatMs?: number;
  /** Called as things happen, inside the relay's loop: return at once, never throw. */
  readonly observe?: (event: RelayEvent) => void;
}

/** How a relay is doing. */
export interface RelayStatus {
  /** Partitions this instance publishes now. */
  readonly partitions: readonly number[];
  /** Why the last try failed; undefined after a good one. */
  readonly error: Error | undefined;
  /** False until the source is bound: nothing can be published before. */
  readonly isBound: boolean;
  /** What it last said of each of its partitions; empty where it sends no heartbeats. */
  readonly heartbeats: readonly Heartbeat[];
}

/** Publishes in the background. Disposing ends the batch under way and hands the partitions over. */
export interface Relay extends AsyncDisposable {
  /** Returns at once; publishes until it is disposed, whatever fails in between. */
  start(): void;
  /** How it is doing now. */
  status(): RelayStatus;
  /** Publishes again what happened since a time, for a broker that lost it. Returns how many rows. */
  republishSince(time: number): Promise<number>;
}

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 600_000;
const FIRST_BACK_OFF_MS = 100;
const LAST_BACK_OFF_MS = 2000;
/** After so many failures in a row another instance may have better luck with the broker. */
const FAILURES_BEFORE_LETTING_GO = 3;
/** How long the batch under way may take at the end. */
const LAST_BATCH_MS = 5000;

/** Builds a relay; nothing happens before `start`. */
export function createRelay<T>(options: RelayOptions<T>): Relay {
  return new OutboxRelay(options);
}

class OutboxRelay<T> implements Relay {
  readonly #options: RelayOptions<T>;
  readonly #wake = createWake();
  readonly #stop = new AbortController();
  readonly #heartbeats: Heartbeats;
  #running: Promise<void> | undefined;
  #listening: AsyncDisposable | undefined;
  #keeper: LeaseKeeper | undefined;
  #error: Error | undefined;
  #failures = 0;
  #prunedAt = 0;

  constructor(options: RelayOptions<T>) {
    this.#options = options;
    const { store, source, channel: { name: channel }, logger, heartbeatMs: everyMs = 0 } = options;
    const epochs = new BrokerEpochs({ store, source, channel, logger });
    this.#heartbeats = new Heartbeats({ store, source, channel, epochs, everyMs });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  status(): RelayStatus {
    const partitions = this.#keeper?.partitions() ?? [];
    return {
      partitions,
      error: this.#error,
      isBound: this.#keeper !== undefined,
      heartbeats: this.#heartbeats.last.filter(({ partition }) => partitions.includes(partition)),
    };
  }

  async republishSince(time: number): Promise<number> {
    const rows = await this.#options.store.republishSince(this.#options.channel.name, time);
    this.#wake.set();
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("Cannot publish: the relay was stopped"));
    this.#wake.set();
    const late = setTimeout(() => this.#keeper?.abort(), LAST_BATCH_MS);
    await this.#running;
    clearTimeout(late);
    await this.#letGo();
    await this.#listening?.[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const rows = await this.#step();
        this.#succeeded();
        if (rows === 0) await this.#wake.wait(this.#restMs());
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  /** Publishes the next batch. Returns how many rows it had. */
  async #step(): Promise<number> {
    const { store, source, channel, logger, batchSize = 200, observe = () => {} } = this.#options;
    this.#wake.clear();
    this.#listening ??= await store.onEvents(() => this.#wake.set());
    this.#keeper ??= await this.#createKeeper();
    const held = await this.#keeper.hold();
    if (held === undefined) return 0;
    await this.#prune();
    const rows = await store.unpublished(channel.name, held.lease, batchSize);
    if (held.signal.aborted) return 0;
    if (rows.length > 0) await publish({ store, source, logger, observe }, held, { rows });
    await this.#heartbeats.sendDue(held);
    return rows.length;
  }

  #restMs(): number {
    const { renewMs = LAST_BACK_OFF_MS } = this.#keeper ?? {};
    // A relay without partitions has nothing to say.
    return this.status().partitions.length === 0
      ? renewMs
      : Math.min(renewMs, this.#heartbeats.dueInMs);
  }

  async #createKeeper(): Promise<LeaseKeeper> {
    const { store, source, channel, owner, leaseMs = 3500 } = this.#options;
    const partitionCount = await unlessAborted(source.partitionCount(), this.#stop.signal);
    return new LeaseKeeper({ store, channel: channel.name, partitionCount, owner, leaseMs });
  }

  async #prune(): Promise<void> {
    const now = Date.now();
    const { store, retentionMs = 7 * DAY_MS } = this.#options;
    if (now - this.#prunedAt < Math.min(PRUNE_EVERY_MS, retentionMs)) return;
    this.#prunedAt = now;
    await store.prune(now - retentionMs);
  }

  #succeeded(): void {
    if (this.#failures > 0) this.#options.logger.info("Outbox is published again");
    this.#failures = 0;
    this.#error = undefined;
  }

  async #failed(cause: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#error = cause instanceof Error ? cause : new Error(String(cause), { cause });
    this.#failures += 1;
    if (this.#failures === 1) {
      this.#options.logger.warn("Outbox could not be published; its rows wait", { error: cause });
    }
    if (this.#failures >= FAILURES_BEFORE_LETTING_GO) await this.#letGo();
    const backOffMs = Math.min(LAST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (this.#failures - 1));
    await delay(backOffMs * (0.8 + 0.2 * Math.random()), undefined, { signal: this.#stop.signal })
      .catch(() => {/* stopped: the loop ends */});
  }

  /** Gives the lease back. Where that fails the lease expires by itself. */
  async #letGo(): Promise<void> {
    try {
      await this.#keeper?.release();
    } catch (error) {
      this.#options.logger.debug("Outbox lease could not be released", { error });
    }
  }
}

/** Waits for a promise that may never settle, but not after the signal. */
async function unlessAborted<V>(promise: Promise<V>, signal: AbortSignal): Promise<V> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
