/**
 * What a good request to each route holds.
 *
 * @module
 */

import type { AccessService } from "../../tools/access_matrix.ts";
import { licenseDetails } from "./licensing_service.ts";
import { details } from "./organization_service.ts";
import { mendedPayload } from "./spoilt_change.ts";

/** What the paths of routes lead to. */
export interface Things {
  readonly organizationId: string;
  readonly licenseId: string;
  readonly letterId: string;
}

/** Each service's one binding. */
export const BINDINGS: Readonly<Record<AccessService["name"], string>> = {
  organization: "organization-changes-out",
  licensing: "organization-changes-in",
};

/** Of routes that take one. */
export const BODIES: Readonly<Record<string, unknown>> = {
  "POST /v1/organization": details,
  "PUT /v1/organization/{organizationId}": details,
  "PATCH /v1/organization/{organizationId}": { name: "Changed" },
  "POST /v1/organization/{organizationId}/license": licenseDetails,
  "PUT /v1/organization/{organizationId}/license/{licenseId}": licenseDetails,
  "POST /bindings/{name}": { state: "started" },
  "PUT /dead-letters/{id}": { payload: mendedPayload },
  "POST /dead-letters/replay": { dryRun: true },
  "POST /dead-letters/discard": { dryRun: true },
};
