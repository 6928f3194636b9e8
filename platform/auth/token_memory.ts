/**
 * Access tokens that were verified a moment ago. A signature is the dearest part of a request: a
 * tenant that floods must be refused without checking it each time.
 *
 * @module
 */

import type { Principal } from "./principal.ts";

/** How much is remembered, and how long. */
export interface TokenMemoryOptions {
  /** In ms since the epoch. */
  readonly now: () => number;
  /** The one that was verified longest ago goes first. */
  readonly maxTokens?: number;
  /** A key that the issuer withdrew goes on working for so much longer. */
  readonly maxMs?: number;
}

/** What is remembered of a token. */
export interface VerifiedToken {
  readonly principal: Principal;
  /** In ms since the epoch. */
  readonly endsAt: number;
}

/** Tokens by what they are, to the last character. */
export interface TokenMemory {
  /** Whom the token speaks for, where that is known and still true. */
  find(token: string): Principal | undefined;
  /** Takes a token that was verified now. */
  keep(token: string, verified: VerifiedToken): void;
}

const MAX_TOKENS = 1000;
const MAX_MS = 30_000;

/** Starts empty. */
export function createTokenMemory(
  { now, maxTokens = MAX_TOKENS, maxMs = MAX_MS }: TokenMemoryOptions,
): TokenMemory {
  const kept = new Map<string, VerifiedToken & { readonly keptAt: number }>();
  return {
    find(token) {
      const known = kept.get(token);
      if (known === undefined) return undefined;
      const at = now();
      // A clock that went back may stand before the token's beginning.
      const isTrue = at >= known.keptAt && at < known.keptAt + maxMs && at < known.endsAt;
      if (!isTrue) kept.delete(token);
      return isTrue ? known.principal : undefined;
    },
    keep(token, verified) {
      kept.delete(token);
      kept.set(token, { ...verified, keptAt: now() });
      const [oldest] = kept.keys();
      if (kept.size > maxTokens && oldest !== undefined) kept.delete(oldest);
    },
  };
}
