/**
 * The matrix of access: who may use which route, for every caller and every fault of an access
 * token. The reference is generated from it, and a test asks real services for each cell.
 *
 * @module
 */

import type { Access, AccessTable } from "@cauce/platform/auth";
import { licensingAccess } from "../licensing/http/access.ts";
import { organizationAccess } from "../organization/http/access.ts";

/** A service's routes. */
export interface AccessService {
  readonly name: "organization" | "licensing";
  readonly table: AccessTable;
}

/** Both services. */
export const accessServices: readonly AccessService[] = [
  { name: "organization", table: organizationAccess },
  { name: "licensing", table: licensingAccess },
];

/** What each scope allows. */
export const scopes: Readonly<Record<string, string>> = {
  "organizations:admin": "create and list organizations; read, change and delete any",
  "organizations:read": "read any organization: for services",
  "organization:read": "read the organization of the access token",
  "organization:write": "change and delete it",
  "licenses:read": "read its licenses",
  "licenses:write": "create, change and delete them",
  "operations:read": "read bindings, dead letters, health, metrics and documents",
  "operations:write": "steer bindings; edit, replay and discard dead letters",
};

/** What is wrong with a token that would else open every route. */
export const tokenFaults = {
  "none": "no `Authorization` header",
  "scheme": "another scheme: `Basic`",
  "text": "no token at all: `Bearer hello`",
  "issuer": "of another issuer",
  "audience": "for another audience",
  "expired": "expired",
  "early": "not valid yet",
  "alg none": "algorithm `none`, no signature",
  "HS256": "signed with the public key as a shared secret",
  "kid": "of a key that the issuer does not publish",
  "forged": "of a key that the issuer publishes, signed by another",
  "no sub": "without a subject",
  "no end": "without an end",
  "long": "longer than 8192 characters",
} as const;

/** A name in `tokenFaults`. */
export type TokenFault = keyof typeof tokenFaults;

/** Somebody with a token that is good. */
export interface Caller {
  readonly is: string;
  readonly scopes: readonly string[];
  /** Which organization the token names: the one in the path, another, or none. */
  readonly tenant: "own" | "other" | "none";
}

const OF_TENANTS = ["organization:read", "organization:write", "licenses:read", "licenses:write"];

/** Everybody who may come. */
export const callers: Readonly<Record<string, Caller>> = {
  "no scope": { is: "a person of the organization, without a scope", scopes: [], tenant: "own" },
  "tenant": { is: "a person of the organization", scopes: OF_TENANTS, tenant: "own" },
  "foreign": { is: "a person of another organization", scopes: OF_TENANTS, tenant: "other" },
  "no tenant": { is: "a person of no organization", scopes: OF_TENANTS, tenant: "none" },
  "service": { is: "another service", scopes: ["organizations:read"], tenant: "none" },
  "admin": { is: "an administrator", scopes: ["organizations:admin"], tenant: "none" },
  "watcher": { is: "an operator who reads", scopes: ["operations:read"], tenant: "none" },
  "operator": {
    is: "an operator",
    scopes: ["operations:read", "operations:write"],
    tenant: "none",
  },
};

/** What a request comes to: a refusal, or an answer of the route itself. */
export type Outcome = 401 | 403 | 404 | "served";

/** What a token with a fault comes to. */
export function outcomeOfFault(access: Access): Outcome {
  return access.kind === "anyone" ? "served" : 401;
}

/**
 * What a caller comes to. It is said here a second time: worked out by the code that the services
 * use, it would agree with any mistake in it.
 */
export function outcomeOf(access: Access, { scopes, tenant }: Caller): Outcome {
  if (access.kind === "anyone") return "served";
  const isEverywhere = access.kind === "tenant" &&
    access.everywhere.some((scope) => scopes.includes(scope));
  if (isEverywhere) return "served";
  if (!scopes.includes(access.scope)) return 403;
  return access.kind === "scope" || tenant === "own" ? "served" : 404;
}
