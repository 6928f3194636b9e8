/**
 * The partitions a member owns: takes them, keeps their leases, gives them back, and ends at once
 * what it can no longer prove to own.
 *
 * @module
 */

import type { Offsets, Receive } from "../../binder.ts";
import type { Logger } from "../../logger.ts";
import { Committer } from "./committer.ts";
import { toAddress } from "./config.ts";
import { gather } from "./connection.ts";
import { Holding } from "./holding.ts";
import { leaseKey, streamKey } from "./keys.ts";
import type { Nodes } from "./nodes.ts";
import { toOffset } from "./stream_position.ts";

/** What leases work with. */
export interface LeasesOptions {
  readonly destination: string;
  readonly group: string;
  readonly member: string;
  readonly control: Nodes;
  readonly logger: Logger;
  readonly receive: Receive;
  /** What can be read has changed; the holding is given where it is one that has room again. */
  readonly onChange: (holding?: Holding) => void;
  /** A lease was lost; somebody else may have the partition. */
  readonly onLost: () => void;
  /** A partition was given back; somebody else may take it. */
  readonly onReleased: () => Promise<void>;
}

/** A lease lasts this long: a crashed or hanging owner is replaced after it. */
export const LEASE_MS = 5000;
// By the local clock the owner stops a little earlier than the server's clock lets others begin.
const MARGIN_MS = 500;
const CLAIMED = 2;
const REFUSED = Promise.resolve(0 as const);

/** The leases of one member. */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #committer: Committer;
  readonly #holdings = new Map<number, Holding>();
  readonly #releasing = new Map<Holding, Promise<void>>();
  #last: readonly Holding[] | undefined;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LeasesOptions) {
    this.#options = options;
    this.#committer = new Committer({ ...options, onRefused: (holding) => this.#lose(holding) });
  }

  /** What it owns, also while it is being given back. */
  get holdings(): readonly Holding[] {
    return [...this.#holdings.values()];
  }

  /** Where it stands on what it owns, or owned until it ended. */
  get positions(): Offsets {
    const standing = this.#last ?? this.holdings;
    return new Map(standing.map(({ partition, settled }) => [partition, toOffset(settled.id)]));
  }

  /** True when it owns the partition, or still works on what it had of it. */
  isBusyWith(partition: number): boolean {
    if (this.#holdings.has(partition)) return true;
    return [...this.#releasing.keys()].some((holding) => holding.partition === partition);
  }

  /** Tries to take a partition. Returns 0 when it did, or after how many ms it may be free. */
  async take(partition: number): Promise<number> {
    const { destination, group, member, control, receive, onChange } = this.#options;
    const stream = streamKey(destination, partition);
    const lease = leaseKey(stream, group);
    const asked = performance.now();
    const [home, [epoch, position, entriesRead = -1]] = await control.run(
      stream,
      async (client, { node }) =>
        [
          toAddress(node),
          await client.takePartition(stream, lease, group, member, LEASE_MS, 0),
        ] as const,
    );
    if (typeof position === "number") return position;
    const holding = new Holding({
      destination,
      partition,
      epoch,
      home,
      committed: { id: position, entriesRead },
      provenUntil: asked + LEASE_MS - MARGIN_MS,
      receive,
      onRoom: onChange,
      onSettled: (settled) => this.#committer.note(settled),
    });
    this.#holdings.set(partition, holding);
    this.#watch();
    onChange();
    return 0;
  }

  /** Prolongs all leases. Never rejects: what cannot be prolonged ends when its time is up. */
  async renew(): Promise<void> {
    await Promise.all(this.holdings.map((holding) => this.#renewOne(holding)));
    this.#watch();
  }

  /** Drains, commits and gives back. */
  release(holding: Holding): Promise<void> {
    const running = this.#releasing.get(holding);
    if (running !== undefined) return running;
    const releasing = this.#drainAndRelease(holding)
      .finally(() => this.#releasing.delete(holding));
    this.#releasing.set(holding, releasing);
    return releasing;
  }

  /** Releases everything and ends the timers. */
  async end(): Promise<void> {
    this.#last ??= this.holdings;
    await Promise.all(this.holdings.map((holding) => this.release(holding)));
    clearTimeout(this.#watchTimer);
    this.#committer.stop();
  }

  async #renewOne(holding: Holding): Promise<void> {
    const { control, group, member } = this.#options;
    const asked = performance.now();
    try {
      const lease = leaseKey(holding.stream, group);
      const outcome = await control.run(
        lease,
        (client, { address }) => {
          if (!holding.isAt(address)) return REFUSED;
          gather(client);
          return client.renewLease(lease, member, holding.epoch, LEASE_MS);
        },
      );
      if (outcome === CLAIMED) void this.release(holding);
      if (outcome === 0) this.#lose(holding);
      else if (holding.isProven) holding.prove(asked + LEASE_MS - MARGIN_MS);
    } catch {
      // Neither proven nor refuted: the watch ends it when the time is up.
    }
  }

  /** Ends what can no longer be proven, and looks again when the next proof runs out. */
  #watch(): void {
    clearTimeout(this.#watchTimer);
    let first = Infinity;
    for (const holding of this.#holdings.values()) {
      if (holding.isProven) first = Math.min(first, holding.provenUntil);
      else this.#lose(holding);
    }
    if (first === Infinity) return;
    this.#watchTimer = setTimeout(() => this.#watch(), first - performance.now() + 1);
  }

  #lose(holding: Holding): void {
    if (this.#holdings.get(holding.partition) !== holding) return;
    const { destination, group, logger, onLost } = this.#options;
    this.#holdings.delete(holding.partition);
    holding.end();
    logger.warn("Redis lease was lost", { destination, group, partition: holding.partition });
    onLost();
  }

  async #drainAndRelease(holding: Holding): Promise<void> {
    const { control, group, member, logger, onReleased } = this.#options;
    try {
      await holding.drain();
    } catch (error) {
      logger.error("Redis partition was drained with an error", { error });
    }
    await this.#committer.finish(holding);
    // Lost meanwhile, which ended it already.
    if (this.#holdings.get(holding.partition) !== holding) return;
    this.#holdings.delete(holding.partition);
    holding.end();
    try {
      const lease = leaseKey(holding.stream, group);
      await control.run(lease, (client) => client.releaseLease(lease, member, holding.epoch));
      await onReleased();
    } catch {
      // Out of reach: the lease runs out by itself.
    }
  }
}
