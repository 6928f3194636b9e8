/**
 * A member of a group: shows that it lives, and takes and gives partitions until all members have
 * their share.
 *
 * @module
 */

import type { Offsets } from "../../binder.ts";
import { PartitionCountError } from "../../errors.ts";
import { atMost, bare, isHopeless } from "./connection.ts";
import type { Holding } from "./holding.ts";
import { destinationKey, membersKey, nudgeKey } from "./keys.ts";
import { LEASE_MS, Leases, type LeasesOptions } from "./leases.ts";
import { quotaOf, takingOrder } from "./share.ts";

/** What a member works with. */
export interface MemberOptions extends Omit<LeasesOptions, "onLost" | "onReleased"> {
  readonly partitionCount: number;
  readonly onContact: () => void;
  readonly onFailure: (reason: Error) => void;
}

const TICK_MS = 1000;
const RETRY_MS = 250;
// What runs out at the server is over there only after the last millisecond.
const AFTER_MS = 5;
const GOODBYE_MS = 2000;

/** Lives from `join` to `leave`. */
export class Member {
  readonly #options: MemberOptions;
  readonly #leases: Leases;
  #ticking: Promise<void> | undefined;
  #again = false;
  #leaving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#leases = new Leases({
      ...options,
      onLost: () => this.lookAround(),
      onReleased: () => this.nudge(),
    });
  }

  get holdings(): readonly Holding[] {
    return this.#leases.holdings;
  }

  /** Where it stands on what it owns, or owned until it left. */
  get positions(): Offsets {
    return this.#leases.positions;
  }

  /** Enters the group and takes what is free. Returns the server's time in ms. */
  async join(): Promise<number> {
    const { now } = await this.#turn();
    await this.nudge();
    this.#schedule(TICK_MS);
    return now;
  }

  /** Looks around now: the group may have changed. */
  lookAround(): void {
    if (this.#leaving) return;
    if (this.#ticking !== undefined) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#ticking = this.#tick().finally(() => this.#ticking = undefined);
  }

  /** Asks all members to look around. */
  async nudge(): Promise<void> {
    const { destination, group, member, control } = this.#options;
    const key = nudgeKey(destination, group);
    await control.run(key, (client) => client.xadd(key, "MAXLEN", 1, "*", "member", member));
  }

  /** Drains, commits and gives back everything; the leases live until that is done. */
  async leave(): Promise<void> {
    this.#leaving = true;
    await this.#ticking;
    clearTimeout(this.#timer);
    const keepAlive = setInterval(() => void this.#leases.renew(), TICK_MS);
    await atMost(GOODBYE_MS, this.#sayGoodbye());
    await this.#leases.end();
    clearInterval(keepAlive);
  }

  // First of all, so that the others count without this member and take each partition at once.
  async #sayGoodbye(): Promise<void> {
    const { control, destination, group, member } = this.#options;
    try {
      const key = membersKey(destination, group);
      await control.run(key, (client) => client.zrem(key, member));
    } catch {
      // Out of reach: the others see it when the heartbeat has run out.
    }
  }

  async #tick(): Promise<void> {
    let next = TICK_MS;
    do {
      this.#again = false;
      try {
        const { waitMs } = await this.#turn();
        next = Math.min(TICK_MS, waitMs + AFTER_MS);
      } catch (error) {
        this.#options.logger.debug("Redis leases were not renewed", { error: bare(error) });
        if (isHopeless(error)) this.#options.onFailure(error as Error);
        next = RETRY_MS;
      }
    } while (this.#again && !this.#leaving);
    if (!this.#leaving) this.#schedule(next);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.lookAround(), ms);
  }

  /** One heartbeat. Returns the server's time, and after how many ms something may be free. */
  async #turn(): Promise<{ now: number; waitMs: number }> {
    const { destination, group, member, partitionCount } = this.#options;
    const { control, onContact, onFailure } = this.#options;
    const [key, meta] = [membersKey(destination, group), destinationKey(destination)];
    const [[found, now, nextDeathMs, ...members]] = await Promise.all([
      control.run(
        key,
        (client) => client.beatMember(key, meta, member, LEASE_MS, partitionCount),
      ),
      this.#leases.renew(),
    ]);
    onContact();
    if (found !== partitionCount) {
      onFailure(new PartitionCountError(destination, { found, wanted: partitionCount }));
    }
    const waitMs = nextDeathMs < 0 ? Infinity : nextDeathMs;
    if (this.#leaving) return { now, waitMs };

    const size = { members: members.length, partitionCount };
    const rank = members.sort().indexOf(member);
    const kept = this.holdings.filter(({ isStopped }) => !isStopped);
    const quota = quotaOf(rank, size);
    for (const extra of kept.slice(quota)) void this.#leases.release(extra);
    const order = takingOrder(rank, size);
    const freeMs = await this.#take(order, quota - kept.length);
    return { now, waitMs: Math.min(waitMs, freeMs) };
  }

  /** Takes what it can get. Returns after how many ms more may be free. */
  async #take(order: readonly number[], need: number): Promise<number> {
    const candidates = order.filter((partition) => !this.#leases.isBusyWith(partition));
    let open = need;
    let freeMs = Infinity;
    let failure: PromiseRejectedResult | undefined;
    while (open > 0 && candidates.length > 0 && !this.#leaving) {
      const tried = candidates.splice(0, open);
      // One node out of reach does not keep the partitions of others from being taken.
      const outcomes = await Promise.allSettled(
        tried.map((partition) => this.#leases.take(partition)),
      );
      failure ??= outcomes.find((outcome) => outcome.status === "rejected");
      const waits = outcomes.flatMap((outcome) =>
        outcome.status === "fulfilled" ? [outcome.value] : []
      );
      open -= waits.filter((ms) => ms === 0).length;
      freeMs = Math.min(freeMs, ...waits.filter((ms) => ms > 0));
    }
    if (failure !== undefined) throw failure.reason;
    return freeMs;
  }
}
