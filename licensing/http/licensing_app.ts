/**
 * The HTTP side of the licensing service as a whole.
 *
 * @module
 */

import { asyncApiDocument, organizationChangedSchema, organizationChanges } from "@cauce/contracts";
import type { Logger } from "@cauce/messaging";
import type { Auth } from "@cauce/platform/auth";
import {
  addDeadLetterRoutes,
  addHealthRoutes,
  createHttpApp,
  type DeadLetterControl,
  type HealthOptions,
  type HttpEnv,
  type ObserveRequest,
} from "@cauce/platform/http";
import type { RateLimit } from "@cauce/platform/limits";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { licensingAccess } from "./access.ts";
import { addLicenseRoutes, type LicenseDeps } from "./license_handlers.ts";

/** What the app is made of. */
export interface LicensingAppOptions extends LicenseDeps {
  readonly logger: Logger;
  readonly observeRequest: ObserveRequest;
  readonly auth: Auth;
  readonly rateLimit?: RateLimit | undefined;
  readonly health: HealthOptions;
  readonly deadLetters: DeadLetterControl;
  /** The sink's binding and what its channel is called at the broker. */
  readonly binding: { readonly name: string; readonly destination: string };
}

const TITLE = "licensing";
const VERSION = "1.0.0";

/** Builds the app: licenses, documents, health, bindings, metrics. */
export function createLicensingApp(options: LicensingAppOptions): OpenAPIHono<HttpEnv> {
  const { logger, observeRequest, auth, rateLimit, health, deadLetters, binding, ...deps } =
    options;
  const app = createHttpApp({
    title: TITLE,
    version: VERSION,
    description: "Licenses, shown with the organization they belong to",
    logger,
    observeRequest,
    access: { auth, rateLimit, table: licensingAccess },
  });
  addLicenseRoutes(app, deps);
  addDeadLetterRoutes(app, deadLetters);
  const asyncApi = asyncApiDocument({
    title: TITLE,
    version: VERSION,
    operations: [{
      ...binding,
      action: "receive",
      channel: organizationChanges,
      types: ["organization.created", "organization.updated", "organization.deleted"],
      payload: organizationChangedSchema,
      description: "Ends what the cache knows of an organization below the event's version",
    }],
  });
  app.get("/asyncapi.json", (c) => c.json(asyncApi));
  addHealthRoutes(app, health);
  return app;
}
