/**
 * From request to use case to answer, for licenses.
 *
 * @module
 */

import type { Transaction } from "@cauce/platform/database";
import {
  formatETag,
  type HttpEnv,
  HttpError,
  type IdempotencyKeys,
  idempotent,
  matchesIfNoneMatch,
  pageResponse,
  parsePageRequest,
} from "@cauce/platform/http";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createLicense, type NoOrganization, requireOrganization } from "../create_license.ts";
import { deleteLicense } from "../delete_license.ts";
import { findLicense, type ReadDeps } from "../find_license.ts";
import type { LicenseKey, LicenseStore } from "../license_store.ts";
import { listLicenses } from "../list_licenses.ts";
import type { Caller } from "../organization_origin.ts";
import type { Refusal } from "../refusal.ts";
import { replaceLicense } from "../replace_license.ts";
import { showLicense, type ShownLicense } from "../shown_license.ts";
import { cacheStatus } from "./cache_status.ts";
import { expectedLicenseVersions, licenseETag } from "./license_etag.ts";
import {
  createLicenseRoute,
  deleteLicenseRoute,
  findLicenseRoute,
  listLicensesRoute,
  replaceLicenseRoute,
} from "./license_routes.ts";

/** What the handlers need. */
export interface LicenseDeps extends ReadDeps {
  readonly newId: () => string;
  readonly idempotencyKeys: IdempotencyKeys;
  /** The store inside a transaction. */
  readonly storeIn: (transaction: Transaction) => LicenseStore;
}

const RETRY_AFTER_SECONDS = "1";

/** Adds every route of licenses to the app. */
export function addLicenseRoutes(app: OpenAPIHono<HttpEnv>, deps: LicenseDeps): void {
  app.openapi(createLicenseRoute, (c) =>
    idempotent(c, deps.idempotencyKeys, async (commit) => {
      const { organizationId } = c.req.valid("param");
      const known = await requireOrganization(deps.findOrganization, {
        organizationId,
        caller: callerOf(c),
      });
      if ("refused" in known) throw noOrganization(known);
      return await commit(async (transaction) => {
        const store = deps.storeIn(transaction);
        const details = c.req.valid("json");
        const license = await createLicense({ ...deps, store }, { known, details });
        return {
          status: 201,
          headers: {
            location: `${c.req.path}/${encodeURIComponent(license.licenseId)}`,
            etag: licenseETag(license),
            "cache-status": cacheStatus(known.cache),
          },
          body: license,
        };
      });
    }));

  app.openapi(listLicensesRoute, async (c) => {
    const page = parsePageRequest(c.req.valid("query"));
    const { licenses, cache } = await listLicenses(deps, {
      ...c.req.valid("param"),
      ...page,
      ...readOptions(c, c.req.valid("header")),
    });
    c.header("cache-status", cacheStatus(cache));
    return pageResponse(c, licenses, {
      limit: page.limit,
      idOf: ({ licenseId }) => licenseId,
    });
  });

  app.openapi(findLicenseRoute, async (c) => {
    const found = await findLicense(deps, {
      ...c.req.valid("param"),
      ...readOptions(c, c.req.valid("header")),
    });
    if (found === undefined) throw noLicense();
    const etag = licenseETag(found.license);
    c.header("etag", etag);
    c.header("cache-status", cacheStatus(found.cache));
    if (matchesIfNoneMatch(c.req.header("if-none-match"), etag)) return c.body(null, 304);
    return c.json(found.license, 200);
  });

  app.openapi(replaceLicenseRoute, async (c) => {
    const license = await replaceLicense(deps, {
      ...writeOf(c, c.req.valid("param")),
      details: c.req.valid("json"),
    });
    if ("refused" in license) throw refusal(license);
    const found = await deps.findOrganization(license.organizationId, { caller: callerOf(c) });
    const shown: ShownLicense = showLicense(license, found);
    c.header("etag", licenseETag(shown));
    c.header("cache-status", cacheStatus(found.cache));
    return c.json(shown, 200);
  });

  app.openapi(deleteLicenseRoute, async (c) => {
    const refused = await deleteLicense(deps, writeOf(c, c.req.valid("param")));
    if (refused !== undefined) throw refusal(refused);
    return c.body(null, 204);
  });
}

function callerOf(c: Context<HttpEnv>): Caller {
  return { correlationId: c.var.correlationId, traceparent: c.var.traceparent };
}

function readOptions(
  c: Context<HttpEnv>,
  headers: { readonly "x-min-organization-version"?: string | undefined },
): { readonly caller: Caller; readonly minVersion: number } {
  return {
    caller: callerOf(c),
    minVersion: Number(headers["x-min-organization-version"] ?? 0),
  };
}

function writeOf(c: Context<HttpEnv>, key: LicenseKey) {
  return { ...key, expected: expectedLicenseVersions(c.req.header("if-match")) };
}

function refusal(refused: Refusal): HttpError {
  if (refused.refused === "unknown") return noLicense();
  return new HttpError(412, {
    detail: "The license has another version than If-Match asks for",
    headers: { etag: formatETag(refused.version) },
  });
}

function noLicense(): HttpError {
  return new HttpError(404, { detail: "The organization has no such license" });
}

function noOrganization({ refused }: NoOrganization): HttpError {
  if (refused === "unavailable") {
    return new HttpError(503, {
      detail: "Cannot find out now whether the organization exists",
      headers: { "retry-after": RETRY_AFTER_SECONDS },
    });
  }
  return new HttpError(404, {
    detail: refused === "deleted"
      ? "The organization was deleted"
      : "There is no such organization",
  });
}
