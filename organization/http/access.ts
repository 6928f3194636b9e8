/**
 * Who may use each route of the organization service.
 *
 * @module
 */

import type { AccessTable } from "@cauce/platform/auth";
import { operatorAccess } from "@cauce/platform/http";

const ADMIN = "organizations:admin";

const admins = { kind: "scope", scope: ADMIN } as const;
const readers = {
  kind: "tenant",
  scope: "organization:read",
  everywhere: ["organizations:read", ADMIN],
} as const;
const writers = { kind: "tenant", scope: "organization:write", everywhere: [ADMIN] } as const;

/** Every route with who may use it. */
export const organizationAccess: AccessTable = {
  "POST /v1/organization": admins,
  "GET /v1/organization": admins,
  "GET /v1/organization/{organizationId}": readers,
  "PUT /v1/organization/{organizationId}": writers,
  "PATCH /v1/organization/{organizationId}": writers,
  "DELETE /v1/organization/{organizationId}": writers,
  ...operatorAccess,
};
