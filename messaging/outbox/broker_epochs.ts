/**
 * Notices that the broker may have lost what it acknowledged, and has it sent again.
 *
 * The epochs are kept in the database, so that a relay that was away meanwhile notices too.
 *
 * @module
 */

import type { Logger } from "../logger.ts";
import type { Source } from "../source.ts";
import type { HeldLease } from "./lease_keeper.ts";
import type { OutboxStore, SeenEpoch } from "./outbox.ts";

/** What is watched. */
export interface BrokerEpochsOptions {
  readonly store: Pick<OutboxStore, "epochs" | "rememberEpochs" | "republishSent">;
  readonly source: Pick<Source<unknown>, "epochs">;
  readonly channel: string;
  readonly logger: Logger;
}

/** Longer than a replica or a log on disk lags behind what a broker acknowledges. */
const LOST_MS = 60_000;
/** How exactly it is known until when an epoch was seen. */
const REMEMBER_EACH_MS = 10_000;
const ANSWER_WITHIN_MS = 5000;

/** Of one channel. */
export class BrokerEpochs {
  readonly #options: BrokerEpochsOptions;
  #seen = new Map<number, SeenEpoch>();

  constructor(options: BrokerEpochsOptions) {
    this.#options = options;
  }

  /**
   * The epochs of now, by partition; undefined where the broker loses nothing. Where one changed,
   * rows wait again when this resolves: all that were sent since a minute before the old one was
   * seen last.
   */
  async check({ lease, signal }: HeldLease): Promise<readonly string[] | undefined> {
    const { source } = this.#options;
    const askedAt = Date.now();
    const patience = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const epochs = await source.epochs({ signal: patience });
    if (epochs === undefined) return undefined;
    await this.#load(lease.partitions);
    const before = lease.partitions.flatMap((partition) => {
      const seen = this.#seen.get(partition);
      return seen === undefined || seen.epoch === epochs[partition] ? [] : [seen.seenAt];
    });
    if (before.length > 0) await this.#sendAgain(Math.min(...before) - LOST_MS);
    await this.#remember(
      new Map(lease.partitions.map((partition) => [partition, {
        epoch: epochs[partition] ?? "",
        seenAt: askedAt,
      }])),
    );
    return epochs;
  }

  /** What another relay has seen meanwhile is of no use: an epoch does not come back. */
  async #load(partitions: readonly number[]): Promise<void> {
    if (partitions.every((partition) => this.#seen.has(partition))) return;
    const { store, channel } = this.#options;
    const known = await store.epochs(channel);
    this.#seen = new Map([...known, ...this.#seen]);
  }

  async #sendAgain(since: number): Promise<void> {
    const { store, channel, logger } = this.#options;
    const rows = await store.republishSent(channel, since);
    logger.warn("Broker may have lost what it had; it is sent again", { rows, since });
  }

  async #remember(now: ReadonlyMap<number, SeenEpoch>): Promise<void> {
    const isFresh = ([partition, { epoch, seenAt }]: readonly [number, SeenEpoch]) => {
      const seen = this.#seen.get(partition);
      // A clock that was set back must not make the last time known one that is to come.
      return seen?.epoch === epoch && Math.abs(seenAt - seen.seenAt) < REMEMBER_EACH_MS;
    };
    if ([...now].every(isFresh)) return;
    await this.#options.store.rememberEpochs(this.#options.channel, now);
    this.#seen = new Map([...this.#seen, ...now]);
  }
}
