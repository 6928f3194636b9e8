/**
 * The paths, bodies and answers of licenses, as OpenAPI.
 *
 * @module
 */

import { IdempotencyHeaders, PageQuery, pageSchema, problemResponses } from "@cauce/platform/http";
import { createRoute, z } from "@hono/zod-openapi";
import { licenseDetailsSchema } from "../license.ts";

const PATH = "/v1/organization/{organizationId}/license";
const PATH_OF_ONE = `${PATH}/{licenseId}` as const;
const TAGS = ["license"];

const OrganizationBody = z.object({
  organizationId: z.string(),
  name: z.string(),
  contactName: z.string(),
  contactEmail: z.string(),
  contactPhone: z.string(),
  version: z.int().min(1),
}).openapi("Organization");

const LicenseBody = z.object({
  licenseId: z.string(),
  organizationId: z.string(),
  description: z.string(),
  productName: z.string(),
  licenseType: z.string(),
  comment: z.string().nullable(),
  version: z.int().min(1),
  organization: OrganizationBody.nullable(),
  organizationStatus: z.enum(["current", "stale", "unavailable", "deleted"]).openapi({
    description: "How much `organization` is worth: it is null when unavailable or deleted",
  }),
}).openapi("License");

const organizationParams = z.object({ organizationId: z.string().min(1).max(200) });
const licenseParams = organizationParams.extend({ licenseId: z.string().min(1).max(200) });
const ifMatch = z.object({
  "if-match": z.string().optional().openapi({
    description: "Write over this version of the license only; the organization's part is ignored",
  }),
});
const minVersion = z.object({
  "x-min-organization-version": z.string().regex(/^\d{1,15}$/, "must be a whole number").optional()
    .openapi({ description: "Show the organization at this version or a later one, or none" }),
});
const etag = {
  etag: {
    description: "`<license version>.<organization version>`, and `-<status>` unless current",
    schema: { type: "string" as const },
  },
};
const cacheStatus = {
  "cache-status": {
    description: "What the organization cache did (RFC 9211)",
    schema: { type: "string" as const },
  },
};

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return {
    description,
    headers: { ...etag, ...cacheStatus },
    content: { "application/json": { schema } },
  };
}

const body = { required: true, content: { "application/json": { schema: licenseDetailsSchema } } };

/** `POST /v1/organization/{organizationId}/license` */
export const createLicenseRoute = createRoute({
  method: "post",
  path: PATH,
  tags: TAGS,
  summary: "Create a license for an organization that exists",
  request: {
    params: organizationParams,
    headers: IdempotencyHeaders,
    body,
  },
  responses: {
    201: answer("The license; `Location` is its address", LicenseBody),
    ...problemResponses(400, 404, 409, 413, 415, 422, 503),
  },
});

/** `GET /v1/organization/{organizationId}/license` */
export const listLicensesRoute = createRoute({
  method: "get",
  path: PATH,
  tags: TAGS,
  summary: "List an organization's licenses",
  request: { params: organizationParams, query: PageQuery, headers: minVersion },
  responses: {
    200: {
      description: "A page",
      headers: cacheStatus,
      content: { "application/json": { schema: pageSchema(LicenseBody) } },
    },
    ...problemResponses(422),
  },
});

/** `GET /v1/organization/{organizationId}/license/{licenseId}` */
export const findLicenseRoute = createRoute({
  method: "get",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Read a license with its organization",
  request: {
    params: licenseParams,
    headers: minVersion.extend({ "if-none-match": z.string().optional() }),
  },
  responses: {
    200: answer("The license", LicenseBody),
    304: { description: "The caller has this answer", headers: { ...etag, ...cacheStatus } },
    ...problemResponses(404, 422),
  },
});

/** `PUT /v1/organization/{organizationId}/license/{licenseId}` */
export const replaceLicenseRoute = createRoute({
  method: "put",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Replace a license",
  request: { params: licenseParams, headers: ifMatch, body },
  responses: {
    200: answer("What it became", LicenseBody),
    ...problemResponses(400, 404, 412, 413, 415, 422),
  },
});

/** `DELETE /v1/organization/{organizationId}/license/{licenseId}` */
export const deleteLicenseRoute = createRoute({
  method: "delete",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Delete a license",
  request: { params: licenseParams, headers: ifMatch },
  responses: {
    204: { description: "It is deleted" },
    ...problemResponses(404, 412),
  },
});
