/**
 * The cells of the matrix of access for one route: every caller and every fault of a token.
 *
 * @module
 */

import type { Access } from "@cauce/platform/auth";
import type { Issuer } from "../../dev/issuer/issuer.ts";
import {
  callers,
  type Outcome,
  outcomeOf,
  outcomeOfFault,
  scopes,
  type TokenFault,
  tokenFaults,
} from "../../tools/access_matrix.ts";
import { faultyAuthorization } from "./faulty_tokens.ts";

/** One cell. */
export interface Cell {
  readonly column: string;
  readonly outcome: Outcome;
  /** The header, where the organization of the path is this one. */
  readonly authorization: (own: string) => Promise<string | undefined>;
}

/** All cells of a route; `foreign` is an organization that is there as well. */
export function cellsOf(
  access: Access,
  { issuer, foreign }: { readonly issuer: Issuer; readonly foreign: string },
): Cell[] {
  const faults = Object.keys(tokenFaults).map((fault): Cell => ({
    column: fault,
    outcome: outcomeOfFault(access),
    authorization: (organizationId) => {
      const claims = { sub: "somebody", scope: Object.keys(scopes).join(" "), organizationId };
      return faultyAuthorization(fault as TokenFault, { issuer, claims });
    },
  }));
  const good = Object.entries(callers).map(([column, caller]): Cell => ({
    column,
    outcome: outcomeOf(access, caller),
    async authorization(own) {
      const organizationId = { own, other: foreign, none: undefined }[caller.tenant];
      const scope = caller.scopes.join(" ");
      return `Bearer ${await issuer.sign({ sub: "somebody", scope, organizationId })}`;
    },
  }));
  return [...faults, ...good];
}
