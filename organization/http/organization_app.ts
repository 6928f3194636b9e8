/**
 * The HTTP side of the organization service as a whole.
 *
 * @module
 */

import { asyncApiDocument, organizationChangedSchema, organizationChanges } from "@cauce/contracts";
import type { Logger } from "@cauce/messaging";
import type { Auth } from "@cauce/platform/auth";
import {
  addHealthRoutes,
  createHttpApp,
  type HealthOptions,
  type HttpEnv,
  type ObserveRequest,
} from "@cauce/platform/http";
import type { RateLimit } from "@cauce/platform/limits";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { organizationAccess } from "./access.ts";
import { addOrganizationRoutes, type OrganizationDeps } from "./organization_handlers.ts";

/** What the app is made of. */
export interface OrganizationAppOptions extends OrganizationDeps {
  readonly logger: Logger;
  readonly observeRequest: ObserveRequest;
  readonly auth: Auth;
  readonly rateLimit?: RateLimit | undefined;
  readonly health: HealthOptions;
  /** The source's binding and what its channel is called at the broker. */
  readonly binding: { readonly name: string; readonly destination: string };
}

const TITLE = "organization";
const VERSION = "1.0.0";

/** Builds the app: organizations, documents, health, bindings, metrics. */
export function createOrganizationApp(options: OrganizationAppOptions): OpenAPIHono<HttpEnv> {
  const { logger, observeRequest, auth, rateLimit, health, binding, ...deps } = options;
  const app = createHttpApp({
    title: TITLE,
    version: VERSION,
    description: "Organizations, and an event for every change of one",
    logger,
    observeRequest,
    access: { auth, rateLimit, table: organizationAccess },
  });
  addOrganizationRoutes(app, deps);
  const asyncApi = asyncApiDocument({
    title: TITLE,
    version: VERSION,
    operations: [{
      ...binding,
      action: "send",
      channel: organizationChanges,
      types: ["organization.created", "organization.updated", "organization.deleted"],
      payload: organizationChangedSchema,
      description: "Every change of every organization, in order for each organization",
    }],
  });
  app.get("/asyncapi.json", (c) => c.json(asyncApi));
  addHealthRoutes(app, health);
  return app;
}
