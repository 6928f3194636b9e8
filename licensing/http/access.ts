/**
 * Who may use each route of the licensing service.
 *
 * @module
 */

import type { AccessTable } from "@cauce/platform/auth";
import { deadLetterAccess, operatorAccess } from "@cauce/platform/http";

const readers = { kind: "tenant", scope: "licenses:read", everywhere: [] } as const;
const writers = { kind: "tenant", scope: "licenses:write", everywhere: [] } as const;

/** Every route with who may use it. Licenses are their tenant's alone. */
export const licensingAccess: AccessTable = {
  "POST /v1/organization/{organizationId}/license": writers,
  "GET /v1/organization/{organizationId}/license": readers,
  "GET /v1/organization/{organizationId}/license/{licenseId}": readers,
  "PUT /v1/organization/{organizationId}/license/{licenseId}": writers,
  "DELETE /v1/organization/{organizationId}/license/{licenseId}": writers,
  ...deadLetterAccess,
  ...operatorAccess,
};
