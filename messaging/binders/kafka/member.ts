/**
 * How a binding comes to its partitions: as a member of a group, or by taking all of them.
 *
 * @module
 */

import type { NumericOffsets } from "../numeric_offsets.ts";
import { untilAborted } from "../until_aborted.ts";
import type { Holding } from "./holding.ts";
import type { Holdings } from "./holdings.ts";
import type { Session } from "./session.ts";
import { findStarts, type StartOptions } from "./starts.ts";

/** Fills the holdings and keeps them through sessions. */
export interface Member {
  join(session: Session): Promise<void>;
  /** Ends with the session; rejects when it has to be replaced. */
  run(session: Session): Promise<void>;
  /** Moves offsets, once nobody holds their partitions. Rejects when the signal aborts before. */
  seek(offsets: NumericOffsets, signal: AbortSignal): Promise<void>;
  /** Drains, commits and lets everything go. */
  leave(): Promise<void>;
}

/** Holds all partitions and shares with nobody; its place lives as long as the binding. */
export function createLoneMember(holdings: Holdings, start: StartOptions): Member {
  let token = 1;
  let leaving = false;
  holdings.onDue = () => holdings.confirm(holdings.uncommitted());

  async function move(
    holding: Holding,
    { offset, signal }: { offset: number; signal: AbortSignal },
  ): Promise<void> {
    const { partition } = holding;
    await holding.drain();
    if (leaving || holdings.get(partition) !== holding) return;
    holdings.release(holding);
    holdings.take(partition, { token, start: signal.aborted ? holding.settled : offset });
  }

  return {
    async join(session) {
      if (holdings.size > 0) return;
      const { starts } = await findStarts(session.partitions, { ...start, session });
      for (const [partition, offset] of starts) {
        holdings.take(partition, { token, start: offset });
      }
    },
    run: () => Promise.resolve(),
    async seek(offsets, signal) {
      token += 1;
      const moving = [...offsets].map(([partition, offset]) => {
        const holding = holdings.get(partition);
        return holding && move(holding, { offset, signal });
      });
      await untilAborted(Promise.all(moving), signal);
    },
    async leave() {
      leaving = true;
      await holdings.drainAll();
      holdings.stopCommits();
      holdings.loseAll();
    },
  };
}
