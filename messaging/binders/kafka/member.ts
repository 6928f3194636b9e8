/**
 * How a binding comes to its partitions: as a member of a group, or by taking all of them.
 *
 * @module
 */

import type { Holdings } from "./holdings.ts";
import type { Session } from "./session.ts";
import { findStarts, type StartOptions } from "./starts.ts";

/** Fills the holdings and keeps them through sessions. */
export interface Member {
  join(session: Session): Promise<void>;
  /** Ends with the session; rejects when it has to be replaced. */
  run(session: Session): Promise<void>;
  /** Drains, commits and lets everything go. */
  leave(): Promise<void>;
}

/** Holds all partitions and shares with nobody; its place lives as long as the binding. */
export function createLoneMember(holdings: Holdings, start: StartOptions): Member {
  holdings.onDue = () => holdings.confirm(holdings.uncommitted());
  return {
    async join(session) {
      if (holdings.size > 0) return;
      const { starts } = await findStarts(session.partitions, { ...start, session });
      for (const [partition, offset] of starts) {
        holdings.take(partition, { token: 1, start: offset });
      }
    },
    run: () => Promise.resolve(),
    async leave() {
      await holdings.drainAll();
      holdings.stopCommits();
      holdings.loseAll();
    },
  };
}
