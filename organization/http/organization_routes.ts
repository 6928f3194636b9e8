/**
 * The paths, bodies and answers of organizations, as OpenAPI.
 *
 * @module
 */

import { IdempotencyHeaders, PageQuery, pageSchema, problemResponses } from "@cauce/platform/http";
import { createRoute, z } from "@hono/zod-openapi";
import { organizationChangesSchema, organizationDetailsSchema } from "../organization.ts";

const PATH = "/v1/organization";
const PATH_OF_ONE = "/v1/organization/{organizationId}";
const TAGS = ["organization"];

const OrganizationBody = z.object({
  organizationId: z.string(),
  name: z.string(),
  contactName: z.string(),
  contactEmail: z.string(),
  contactPhone: z.string(),
  version: z.int().min(1),
}).openapi("Organization");

const params = z.object({ organizationId: z.string().min(1).max(200) });
const ifMatch = z.object({
  "if-match": z.string().optional().openapi({ description: "Write over this version only" }),
});
const etag = {
  etag: { description: "The version, in quotes", schema: { type: "string" as const } },
};

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, headers: etag, content: { "application/json": { schema } } };
}

function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** `POST /v1/organization` */
export const createOrganizationRoute = createRoute({
  method: "post",
  path: PATH,
  tags: TAGS,
  summary: "Create an organization",
  request: {
    headers: IdempotencyHeaders,
    body: body(organizationDetailsSchema),
  },
  responses: {
    201: answer("The organization; `Location` is its address", OrganizationBody),
    ...problemResponses(400, 409, 413, 415, 422),
  },
});

/** `GET /v1/organization` */
export const listOrganizationsRoute = createRoute({
  method: "get",
  path: PATH,
  tags: TAGS,
  summary: "List organizations",
  request: { query: PageQuery },
  responses: {
    200: {
      description: "A page",
      content: { "application/json": { schema: pageSchema(OrganizationBody) } },
    },
    ...problemResponses(422),
  },
});

/** `GET /v1/organization/{organizationId}` */
export const findOrganizationRoute = createRoute({
  method: "get",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Read an organization",
  request: {
    params,
    headers: z.object({ "if-none-match": z.string().optional() }),
  },
  responses: {
    200: answer("The organization", OrganizationBody),
    304: { description: "The caller has this version", headers: etag },
    ...problemResponses(404),
  },
});

/** `PUT /v1/organization/{organizationId}` */
export const replaceOrganizationRoute = createRoute({
  method: "put",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Replace an organization",
  request: { params, headers: ifMatch, body: body(organizationDetailsSchema) },
  responses: {
    200: answer("What it became", OrganizationBody),
    ...problemResponses(400, 404, 412, 413, 415, 422),
  },
});

/** `PATCH /v1/organization/{organizationId}` */
export const changeOrganizationRoute = createRoute({
  method: "patch",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Change a part of an organization",
  request: {
    params,
    headers: ifMatch,
    body: body(organizationChangesSchema.openapi({ minProperties: 1 })),
  },
  responses: {
    200: answer("What it became", OrganizationBody),
    ...problemResponses(400, 404, 412, 413, 415, 422),
  },
});

/** `DELETE /v1/organization/{organizationId}` */
export const deleteOrganizationRoute = createRoute({
  method: "delete",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Delete an organization; its id is never used again",
  request: { params, headers: ifMatch },
  responses: {
    204: { description: "It is deleted" },
    ...problemResponses(404, 412),
  },
});
