/**
 * Keeps one relay's lease alive, and says at once when it can no longer be trusted.
 *
 * @module
 */

import type { OutboxStore, RelayLease } from "./outbox.ts";
import { processNow } from "./process_clock.ts";

/** A lease in force: nothing may be published for it after `signal` aborted. */
export interface HeldLease {
  readonly lease: RelayLease;
  readonly signal: AbortSignal;
}

/** Whose lease on what. */
export interface LeaseKeeperOptions {
  readonly store: OutboxStore;
  readonly channel: string;
  readonly partitionCount: number;
  readonly owner: string;
  readonly leaseMs: number;
}

/** Part of the lease that is left unused, against clocks of unequal speed and late timers. */
const MARGIN = 0.15;
/** How soon a relay that lacks partitions may ask again. */
const ASK_AGAIN_MS = 250;

/** Takes the lease when asked, and renews it until it is released: also while a batch is on its way. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #current: { readonly lease: RelayLease; readonly lost: AbortController } | undefined;
  #asking: Promise<void> | undefined;
  #askedAt = -Infinity;
  #renewal: ReturnType<typeof setInterval> | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  /** How long a relay may wait before it asks for the lease again. */
  get renewMs(): number {
    return this.#options.leaseMs / 3;
  }

  /** Partitions held now. */
  partitions(): readonly number[] {
    return this.#inForce()?.lease.partitions ?? [];
  }

  /** The lease, taken or renewed where that is due; undefined when every partition is another's. */
  async hold(): Promise<HeldLease | undefined> {
    if (this.#isDue()) await this.#ask();
    const current = this.#inForce();
    if (current === undefined || current.lease.partitions.length === 0) return undefined;
    this.#renewal ??= setInterval(() => this.#renew(), this.renewMs);
    return { lease: current.lease, signal: current.lost.signal };
  }

  /** Aborts what is being sent under the lease. */
  abort(): void {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
    this.#end();
  }

  /** Gives the lease to whoever asks next. Call it when nothing is being sent. */
  async release(): Promise<void> {
    this.abort();
    await this.#asking?.catch(() => {/* whoever asked was told */});
    this.#end();
    await this.#options.store.release(this.#options.channel, this.#options.owner);
  }

  #isDue(): boolean {
    const age = processNow() - this.#askedAt;
    const current = this.#inForce();
    if (current === undefined) return true;
    const complete = current.lease.partitions.length === this.#options.partitionCount;
    return age >= (complete ? this.renewMs : Math.min(ASK_AGAIN_MS, this.renewMs));
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#take().finally(() => this.#asking = undefined);
    return this.#asking;
  }

  async #take(): Promise<void> {
    this.#askedAt = processNow();
    const { store, ...wanted } = this.#options;
    const lease = await store.lease(wanted);
    const kept = new Set(lease.partitions);
    const before = this.#inForce();
    const lostSome = before?.lease.partitions.some((partition) => !kept.has(partition)) ?? false;
    if (lostSome) this.#end();
    this.#current = { lease, lost: this.#current?.lost ?? new AbortController() };
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#end(), this.#endsAt(lease) - processNow());
  }

  /** Renews in the background. A failure needs no report: the lease then simply expires. */
  #renew(): void {
    this.#ask().catch(() => {});
  }

  #inForce() {
    const current = this.#current;
    if (current !== undefined && processNow() >= this.#endsAt(current.lease)) this.#end();
    return this.#current;
  }

  #endsAt(lease: RelayLease): number {
    return lease.until - this.#options.leaseMs * MARGIN;
  }

  #end(): void {
    clearTimeout(this.#expiry);
    this.#current?.lost.abort(new Error("Cannot publish: the lease on the outbox ended"));
    this.#current = undefined;
  }
}
