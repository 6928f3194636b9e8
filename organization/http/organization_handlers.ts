/**
 * From request to use case to answer, for organizations.
 *
 * @module
 */

import {
  expectedVersions,
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
import { changeOrganization } from "../change_organization.ts";
import { createOrganization } from "../create_organization.ts";
import { deleteOrganization } from "../delete_organization.ts";
import { findOrganization } from "../find_organization.ts";
import { listOrganizations } from "../list_organizations.ts";
import type { Organization } from "../organization.ts";
import type { Cause, WriteDeps } from "../organization_event.ts";
import type { OrganizationStore } from "../organization_store.ts";
import type { Refusal } from "../refusal.ts";
import { replaceOrganization } from "../replace_organization.ts";
import {
  changeOrganizationRoute,
  createOrganizationRoute,
  deleteOrganizationRoute,
  findOrganizationRoute,
  listOrganizationsRoute,
  replaceOrganizationRoute,
} from "./organization_routes.ts";

/** What the handlers need. */
export interface OrganizationDeps extends WriteDeps {
  readonly store: OrganizationStore;
  readonly idempotencyKeys: IdempotencyKeys;
}

/** Adds every route of organizations to the app. */
export function addOrganizationRoutes(app: OpenAPIHono<HttpEnv>, deps: OrganizationDeps): void {
  app.openapi(createOrganizationRoute, (c) => {
    const details = c.req.valid("json");
    return idempotent(c, deps.idempotencyKeys, (commit) =>
      commit(async (transaction) => {
        const writes = deps.store.writesIn(transaction);
        const body = await createOrganization({ ...deps, writes }, { details, cause: causeOf(c) });
        const location = `${c.req.path}/${body.organizationId}`;
        return { status: 201, headers: { location, etag: formatETag(body.version) }, body };
      }));
  });

  app.openapi(listOrganizationsRoute, async (c) => {
    const page = parsePageRequest(c.req.valid("query"));
    const organizations = await listOrganizations(deps, page);
    return pageResponse(c, organizations, {
      limit: page.limit,
      idOf: ({ organizationId }) => organizationId,
    });
  });

  app.openapi(findOrganizationRoute, async (c) => {
    const { organizationId } = c.req.valid("param");
    const found = await findOrganization(deps, organizationId);
    if (found.state !== "live") {
      throw missing(found.state === "deleted" ? found.version : undefined);
    }
    const { organization } = found;
    const etag = formatETag(organization.version);
    c.header("etag", etag);
    if (matchesIfNoneMatch(c.req.header("if-none-match"), etag)) return c.body(null, 304);
    return c.json(organization, 200);
  });

  app.openapi(replaceOrganizationRoute, async (c) => {
    const organization = unlessRefused(
      await replaceOrganization(deps, {
        ...writeOf(c, c.req.valid("param")),
        details: c.req.valid("json"),
      }),
    );
    return respond(c, organization);
  });

  app.openapi(changeOrganizationRoute, async (c) => {
    const organization = unlessRefused(
      await changeOrganization(deps, {
        ...writeOf(c, c.req.valid("param")),
        changes: c.req.valid("json"),
      }),
    );
    return respond(c, organization);
  });

  app.openapi(deleteOrganizationRoute, async (c) => {
    unlessRefused(await deleteOrganization(deps, writeOf(c, c.req.valid("param"))));
    return c.body(null, 204);
  });
}

function respond(c: Context<HttpEnv>, organization: Organization) {
  c.header("etag", formatETag(organization.version));
  return c.json(organization, 200);
}

function writeOf(c: Context<HttpEnv>, { organizationId }: { readonly organizationId: string }) {
  return {
    organizationId,
    expected: expectedVersions(c.req.header("if-match")),
    cause: causeOf(c),
  };
}

/** Who asked: travels with the event. */
function causeOf(c: Context<HttpEnv>): Cause {
  return { correlationId: c.var.correlationId, traceparent: c.var.traceparent };
}

function unlessRefused<Result extends object>(result: Result | Refusal): Exclude<Result, Refusal> {
  if (!("refused" in result)) return result as Exclude<Result, Refusal>;
  if (result.refused !== "version") {
    throw missing(result.refused === "deleted" ? result.version : undefined);
  }
  throw new HttpError(412, {
    detail: "The organization has another version than If-Match asks for",
    headers: { etag: formatETag(result.version) },
  });
}

/** Says how far the id ever came, which caches are fenced by: 0 when it never existed. */
function missing(version: number | undefined): HttpError {
  return new HttpError(404, {
    detail: version === undefined
      ? "There is no such organization"
      : "The organization was deleted",
    extensions: { version: version ?? 0 },
    ...(version !== undefined && { headers: { etag: formatETag(version) } }),
  });
}
