/**
 * Who may use a route: what a table of access is made of, and how a request is judged by it.
 *
 * @module
 */

import type { Principal } from "./principal.ts";

/** Who may use a route. */
export type Access =
  /** Anyone, without an access token. */
  | { readonly kind: "anyone" }
  /** Whoever has the scope. */
  | { readonly kind: "scope"; readonly scope: string }
  /**
   * Whoever has the scope and belongs to the organization in the path (`organizationId`), and
   * whoever has one of `everywhere`, in every organization.
   */
  | { readonly kind: "tenant"; readonly scope: string; readonly everywhere: readonly string[] };

/** The routes of a service, `GET /v1/organization/{organizationId}`, each with who may use it. */
export type AccessTable = Readonly<Record<string, Access>>;

/** What came of a request. A tenant must not learn whether another one exists. */
export type Judgement = "permitted" | "scope missing" | "other tenant";

/** Judges a principal at a route; `organizationId` is that of the path. */
export function judge(
  access: Exclude<Access, { kind: "anyone" }>,
  principal: Principal,
  { organizationId }: { readonly organizationId: string | undefined },
): Judgement {
  const { scopes } = principal;
  if (access.kind === "scope") return scopes.has(access.scope) ? "permitted" : "scope missing";
  if (access.everywhere.some((scope) => scopes.has(scope))) return "permitted";
  if (!scopes.has(access.scope)) return "scope missing";
  const isOwn = organizationId !== undefined && organizationId === principal.organizationId;
  return isOwn ? "permitted" : "other tenant";
}

/** The scopes that open a route, the usual one first; none where it is open to anyone. */
export function scopesOf(access: Access): readonly string[] {
  if (access.kind === "anyone") return [];
  return access.kind === "scope" ? [access.scope] : [access.scope, ...access.everywhere];
}
