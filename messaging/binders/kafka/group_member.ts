/**
 * A member of a named group: joins, stays, commits, hands partitions over.
 *
 * Partitions that stay go on working through every rebalance. One that has to move is drained and
 * committed first; until then the member claims it, so that the group gives it to nobody. To seek is
 * to ask for all partitions in this way, and to commit before anybody has them again.
 *
 * @module
 */

import type { Logger } from "../../logger.ts";
import type { NumericOffsets } from "../numeric_offsets.ts";
import type { Membership } from "./client.ts";
import { Bell, delay } from "./delay.ts";
import { planGroup } from "./group_plan.ts";
import { GroupSeek } from "./group_seek.ts";
import type { Holding } from "./holding.ts";
import type { Holdings } from "./holdings.ts";
import { codeOf, isLostMembership } from "./request_error.ts";
import type { Session } from "./session.ts";
import type { Member } from "./member.ts";
import { findStarts, type StartOptions } from "./starts.ts";
import {
  COMMIT_AFTER_MS,
  HEARTBEAT_MS,
  PROOF_MS,
  REBALANCE_TIMEOUT_MS,
  SESSION_TIMEOUT_MS,
  UNSETTLED_HEARTBEAT_MS,
  UNSETTLED_MS,
} from "./timing.ts";

/** What a member works with. */
export interface GroupMemberDeps {
  readonly holdings: Holdings;
  readonly start: StartOptions & { readonly group: string };
  readonly logger: Logger;
  readonly onContact: () => void;
}

/** Outlives the session; keeps what it holds as long as it can prove that it is still a member. */
export class GroupMember implements Member {
  readonly #deps: GroupMemberDeps;
  readonly #bell = new Bell();
  readonly #seeks = new GroupSeek(() => this.#rejoin());
  readonly #proof: ReturnType<typeof setInterval>;
  #session: Session | undefined;
  #membership: Membership | undefined;
  #memberId = "";
  #provenAt = 0;
  #joinedAt = -Infinity;
  #mustJoin = true;
  #leaving = false;
  #left = false;
  #joining: Promise<void> | undefined;
  #committing: Promise<boolean> = Promise.resolve(true);

  constructor(deps: GroupMemberDeps) {
    this.#deps = deps;
    deps.holdings.onDue = () => void this.commit();
    this.#proof = setInterval(() => this.#checkProof(), HEARTBEAT_MS);
  }

  /** Joins over a new session. */
  join(session: Session): Promise<void> {
    this.#session = session;
    return this.#joining ??= this.#join(session).finally(() => this.#joining = undefined);
  }

  /** Stays a member until the session ends; rejects when that is not possible with it. */
  async run(session: Session): Promise<void> {
    session.signal.addEventListener("abort", () => this.#bell.ring());
    const isOver = () => session.signal.aborted || this.#left;
    while (!isOver()) {
      const isSettled = performance.now() - this.#joinedAt > UNSETTLED_MS;
      const pauseMs = isSettled ? HEARTBEAT_MS : UNSETTLED_HEARTBEAT_MS;
      await this.#bell.wait(this.#mustJoin ? 0 : pauseMs);
      if (isOver()) return;
      if (this.#mustJoin) await this.join(session);
      else await this.#heartbeat(session);
    }
  }

  /** Commits what is settled; false when it could not, and then it is tried again by itself. */
  commit(): Promise<boolean> {
    return this.#committing = this.#committing.then(() => this.#commit());
  }

  seek(offsets: NumericOffsets, signal: AbortSignal): Promise<void> {
    return this.#seeks.ask(offsets, signal);
  }

  /** Drains, commits and leaves; what cannot be told to a broker that is out of reach stays untold. */
  async leave(): Promise<void> {
    const { holdings, logger } = this.#deps;
    this.#leaving = true;
    await holdings.drainAll();
    await this.commit();
    holdings.stopCommits();
    holdings.loseAll();
    clearInterval(this.#proof);
    this.#left = true;
    try {
      await this.#joining;
      if (this.#membership !== undefined) {
        await this.#session?.group.leaveGroup({ ...this.#membership, memberId: this.#memberId });
      }
    } catch (error) {
      // The group notices by itself when the session times out.
      logger.debug("the group was left without a word", { group: this.#deps.start.group, error });
    }
  }

  async #join(session: Session): Promise<void> {
    for (;;) {
      try {
        await this.#joinOnce(session);
        return;
      } catch (error) {
        this.#mustJoin = true;
        if (session.signal.aborted) throw error;
        if (isLostMembership(error)) this.#onLost(error);
        else if (codeOf(error) !== "REBALANCE_IN_PROGRESS") throw error;
      }
    }
  }

  async #joinOnce(session: Session): Promise<void> {
    const { holdings, start: { group, topic }, onContact } = this.#deps;
    const sentAt = Date.now();
    const claimed = [...holdings.values()];
    const seek = this.#seeks.wanted;
    // Whatever happens during the join calls for another one.
    this.#mustJoin = false;
    const { membership, members } = await session.group.joinGroup({
      group,
      topic,
      memberId: this.#memberId,
      owned: [...holdings.keys()],
      seeks: seek !== undefined,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    });
    this.#memberId = membership.memberId;
    if (members !== undefined) await session.refreshLeaders();
    const assignments = members === undefined
      ? new Map<string, readonly number[]>()
      : planGroup(members, session.partitions);
    const mine = await session.group.syncGroup(membership, { topic, assignments });
    this.#membership = membership;
    this.#provenAt = sentAt;
    this.#joinedAt = performance.now();
    onContact();

    for (const holding of claimed) {
      if (!mine.includes(holding.partition)) this.#handOver(holding);
    }
    // A seeker gets partitions only when nobody else has any.
    if (seek !== undefined && seek === this.#seeks.wanted) {
      if (mine.length === 0) return;
      await session.group.commit(membership, topic, seek.offsets);
      seek.moved();
      return;
    }
    const gained = mine.filter((partition) => !holdings.has(partition));
    if (gained.length > 0 && !this.#leaving) await this.#take(gained, { membership, session });
  }

  async #take(
    gained: readonly number[],
    { membership, session }: { membership: Membership; session: Session },
  ): Promise<void> {
    const { holdings, start } = this.#deps;
    const { starts, chosen } = await findStarts(gained, { ...start, session });
    // Without it the next owner would choose a later start and skip what came in between.
    if (chosen.size > 0) await session.group.commit(membership, start.topic, chosen);
    if (this.#leaving) return;
    for (const [partition, offset] of starts) {
      holdings.take(partition, { token: membership.generation, start: offset });
    }
  }

  #rejoin(): void {
    this.#mustJoin = true;
    this.#bell.ring();
  }

  async #handOver(holding: Holding): Promise<void> {
    if (holding.isLeaving || this.#leaving) return;
    await holding.drain();
    while (!holding.isLost && holding.uncommitted > 0 && !await this.commit()) {
      await delay(COMMIT_AFTER_MS);
    }
    this.#deps.holdings.release(holding);
    this.#rejoin();
  }

  async #heartbeat(session: Session): Promise<void> {
    if (this.#membership === undefined) return;
    const sentAt = Date.now();
    try {
      await session.group.heartbeat(this.#membership);
      this.#provenAt = sentAt;
      this.#deps.onContact();
    } catch (error) {
      if (session.signal.aborted) return;
      if (isLostMembership(error)) this.#onLost(error);
      else if (codeOf(error) === "REBALANCE_IN_PROGRESS") this.#mustJoin = true;
      else throw error;
    }
  }

  async #commit(): Promise<boolean> {
    const { holdings, start, logger } = this.#deps;
    await this.#joining?.catch(() => {});
    const offsets = holdings.uncommitted();
    const [session, membership] = [this.#session, this.#membership];
    if (offsets.size === 0) return true;
    if (session === undefined || membership === undefined) return false;
    try {
      await session.group.commit(membership, start.topic, offsets);
      holdings.confirm(offsets);
      return true;
    } catch (error) {
      logger.debug("offsets were not committed", { group: this.#deps.start.group, error });
      // A join that overtook the commit made its generation an old one; the partitions are still held.
      const isOvertaken = this.#joining !== undefined || this.#membership !== membership;
      const isOld = isOvertaken && codeOf(error) === "ILLEGAL_GENERATION";
      if (isLostMembership(error) && !isOld) this.#onLost(error);
      if (codeOf(error) === "REBALANCE_IN_PROGRESS") this.#mustJoin = true;
      this.#bell.ring();
      holdings.scheduleCommit();
      return false;
    }
  }

  /** The group went on without this member: others may have its partitions. */
  #onLost(error: unknown): void {
    if (codeOf(error) === "UNKNOWN_MEMBER_ID") this.#memberId = "";
    this.#deps.logger.warn("the group went on without this member", {
      group: this.#deps.start.group,
      partitions: [...this.#deps.holdings.keys()],
      reason: codeOf(error),
    });
    this.#deps.holdings.loseAll();
    this.#mustJoin = true;
  }

  #checkProof(): void {
    const { holdings, logger } = this.#deps;
    if (holdings.size === 0 || Date.now() - this.#provenAt < PROOF_MS) return;
    logger.warn("partitions were given up: the group cannot be reached", {
      group: this.#deps.start.group,
      partitions: [...holdings.keys()],
    });
    holdings.loseAll();
    this.#mustJoin = true;
  }
}
