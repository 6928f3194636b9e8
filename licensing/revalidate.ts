/**
 * Proof that a hit is current, and what to do where there is none: ask the origin whether it changed.
 *
 * The cache proves a hit while it is known to have been told of every change (the watermark). Where
 * that is too long ago, the origin's own word does, if this very process has it: it loaded that
 * version, or was told that it is unchanged. Proof counts from before the question was asked.
 *
 * @module
 */

import type { CacheTimes } from "./cache_times.ts";
import type { LookupEvent, RevalidationOutcome } from "./lookup_event.ts";
import type { OrganizationFact } from "./organization.ts";
import type { OrganizationCache } from "./organization_cache.ts";
import type { Caller, OrganizationOrigin, OriginAnswer } from "./organization_origin.ts";

/** What proving takes. */
export interface ProofDeps {
  readonly cache: OrganizationCache;
  readonly origin: OrganizationOrigin;
  readonly times: CacheTimes;
  /** Monotonic, in ms. */
  readonly now: () => number;
  readonly observe?: (event: LookupEvent) => void;
}

/** A value of the cache, and when the cache was last known to be told of every change. */
export interface Claim {
  readonly fact: OrganizationFact;
  readonly provenAt: number | undefined;
}

/** What came of asking, with the newer fact where there is one, and whether it is the fence now. */
export type Revalidation =
  | { readonly outcome: Exclude<RevalidationOutcome, "changed"> }
  | { readonly outcome: "changed"; readonly fact: OrganizationFact; readonly isFenced: boolean };

/** What one process knows of the origin at first hand. */
export interface Proofs {
  /** The origin has that version, said in answer to a question asked `at` that time. */
  note(organizationId: string, said: { readonly version: number; readonly at: number }): void;
  isProven(organizationId: string, claim: Claim): boolean;
  /** For how long that has not been proven; without end where it never was. */
  unprovenMs(organizationId: string, claim: Claim): number;
  /** Asks the origin, once for all who ask at a time. Never rejects. */
  revalidate(
    organizationId: string,
    options: { readonly fact: OrganizationFact; readonly caller: Caller },
  ): Promise<Revalidation>;
}

interface Question {
  readonly version: number;
  readonly at: number;
  readonly answer: Promise<Revalidation>;
}

/** More than are asked for within the time a proof lasts; forgetting one costs a question. */
const MAX_PROOFS = 10_000;

/** No proofs yet. */
export function createProofs({ cache, origin, times, now, observe }: ProofDeps): Proofs {
  const { proofMs, keepMs } = times;
  /** The oldest first. */
  const said = new Map<string, { readonly version: number; readonly at: number }>();
  const questions = new Map<string, Question>();

  function note(organizationId: string, fact: { readonly version: number; readonly at: number }) {
    if (proofMs === 0) return;
    said.delete(organizationId);
    said.set(organizationId, fact);
    if (said.size <= MAX_PROOFS) return;
    const [oldest] = said.keys();
    if (oldest !== undefined) said.delete(oldest);
  }

  function lastProof(organizationId: string, { fact, provenAt = -Infinity }: Claim): number {
    const own = said.get(organizationId);
    return own?.version === fact.version ? Math.max(own.at, provenAt) : provenAt;
  }

  async function ask(
    organizationId: string,
    { version, caller, at }: {
      readonly version: number;
      readonly caller: Caller;
      readonly at: number;
    },
  ): Promise<Revalidation> {
    const answer = await origin.findIfChanged(organizationId, { version, caller });
    const found = compare(answer, version);
    observe?.({ kind: "revalidated", outcome: found.outcome });
    if (found.outcome === "unchanged") note(organizationId, { version, at });
    if (found.outcome !== "changed") return found;
    const fence = { version: found.fact.version, keepMs, keepsLease: true };
    const isFenced = await cache.invalidate(organizationId, fence).then(() => true, () => false);
    return { ...found, isFenced };
  }

  return {
    note,
    isProven(organizationId, claim) {
      const { fact, provenAt } = claim;
      // A deletion is final.
      if (proofMs === 0 || (fact.state === "deleted" && fact.version > 0)) return true;
      const since = now() - proofMs;
      if (provenAt !== undefined && provenAt >= since) return true;
      return lastProof(organizationId, claim) >= since;
    },
    unprovenMs: (organizationId, claim) => now() - lastProof(organizationId, claim),
    revalidate(organizationId, { fact: { version }, caller }) {
      const at = now();
      const running = questions.get(organizationId);
      if (running?.version === version && running.at >= at - proofMs) return running.answer;
      const answer = ask(organizationId, { version, caller, at }).finally(() => {
        if (questions.get(organizationId) === question) questions.delete(organizationId);
      });
      const question = { version, at, answer };
      questions.set(organizationId, question);
      return answer;
    },
  };
}

function compare(
  answer: OriginAnswer | "unchanged",
  version: number,
):
  | Exclude<Revalidation, { outcome: "changed" }>
  | { outcome: "changed"; fact: OrganizationFact } {
  if (answer === "unchanged" || answer === "unavailable") return { outcome: answer };
  // A 404 has no 304.
  if (answer.version === version) return { outcome: "unchanged" };
  if (answer.version < version) return { outcome: "behind" };
  return { outcome: "changed", fact: answer };
}
