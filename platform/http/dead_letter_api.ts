/**
 * The paths, bodies and answers of dead letters, as OpenAPI.
 *
 * @module
 */

import { createRoute, z } from "@hono/zod-openapi";
import { PageQuery, pageSchema } from "./pages.ts";
import { problemResponses } from "./problem_schema.ts";

const PATH = "/dead-letters";
const PATH_OF_ONE = "/dead-letters/{id}";
const TAGS = ["dead letters"];
const MAX_IDS = 1000;

const text = z.string().min(1).max(1000);
const time = z.iso.datetime({ offset: true });
const params = z.object({ id: z.string().min(1).max(100) });

const binding = text.optional().openapi({
  description:
    "Whose dead letters, as `GET /bindings` names it; may be left out where there is one sink",
  example: "organization-changes-in",
});

const conditions = {
  reason: text.optional().openapi({ description: "A part of the reason, in any case" }),
  key: z.string().max(1000).optional(),
  since: time.optional().openapi({ description: "Given up since then" }),
};

const content = {
  payload: z.unknown().optional(),
  text: z.string().optional().openapi({ description: "Instead of a payload that is not JSON" }),
  base64: z.string().optional().openapi({ description: "Instead of a payload that is not text" }),
};

const letter = {
  id: z.string(),
  key: z.string(),
  state: z.enum(["waiting", "replaying", "replayed", "discarded"]),
  edited: z.boolean(),
  reason: z.string(),
  attempts: z.int(),
  stackDigest: z.string(),
  storedAt: z.string(),
  original: z.object({ destination: z.string(), partition: z.number(), offset: z.string() }),
  headers: z.record(z.string(), z.string()),
  ...content,
};

const Letter = z.object(letter).openapi("DeadLetter");

const ShownLetter = z.object({
  ...letter,
  came: z.object(content).openapi({ description: "The payload before it was edited" }),
  acts: z.array(z.object({
    kind: z.enum(["claimed", "released", "replayed", "discarded", "edited"]),
    by: z.string(),
    at: z.string(),
    run: z.string().openapi({ description: "What one run does belongs together" }),
    correlationId: z.string().optional(),
    payload: z.unknown().optional().openapi({ description: "Of an edit" }),
  })),
}).openapi("DeadLetterWithActs");

const Reason = z.object({
  reason: z.string(),
  stackDigest: z.string(),
  count: z.int(),
  firstAt: z.int(),
  lastAt: z.int(),
}).openapi("DeadLetterReason");

const bulk = {
  binding,
  ...conditions,
  ids: z.array(text).min(1).max(MAX_IDS).optional(),
  dryRun: z.boolean().optional().openapi({ description: "Only say what would be done" }),
};

const outcome = {
  dryRun: z.boolean(),
  matched: z.int(),
  skipped: z.int().openapi({ description: "Taken by another operator meanwhile" }),
};

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** `GET /dead-letters` */
export const listRoute = createRoute({
  method: "get",
  path: PATH,
  tags: TAGS,
  summary: "List dead letters, oldest first",
  request: { query: PageQuery.extend({ binding, ...conditions }) },
  responses: {
    200: answer("A page of those that wait or are being replayed", pageSchema(Letter)),
    ...problemResponses(404, 422, 503),
  },
});

/** `GET /dead-letter-reasons` */
export const reasonsRoute = createRoute({
  method: "get",
  path: "/dead-letter-reasons",
  tags: TAGS,
  summary: "Count dead letters by reason, the most frequent first",
  request: { query: z.object({ binding, ...conditions }) },
  responses: {
    200: answer("All reasons", z.object({ items: z.array(Reason) })),
    ...problemResponses(404, 422, 503),
  },
});

/** `GET /dead-letters/{id}` */
export const showRoute = createRoute({
  method: "get",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Show a dead letter and what was done to it",
  request: { params, query: z.object({ binding }) },
  responses: {
    200: answer("The letter, replayed or discarded ones included", ShownLetter),
    ...problemResponses(404, 422, 503),
  },
});

/** `PUT /dead-letters/{id}` */
export const editRoute = createRoute({
  method: "put",
  path: PATH_OF_ONE,
  tags: TAGS,
  summary: "Give a dead letter another payload; what came is kept",
  request: {
    params,
    query: z.object({ binding }),
    body: body(z.strictObject({ payload: z.unknown() }).openapi({ required: ["payload"] })),
  },
  responses: {
    200: answer("The letter as it will be replayed", Letter),
    ...problemResponses(400, 404, 409, 413, 415, 422, 503),
  },
});

/** `POST /dead-letters/replay` */
export const replayRoute = createRoute({
  method: "post",
  path: `${PATH}/replay`,
  tags: TAGS,
  summary: "Send dead letters to their destination again, for their group only",
  request: {
    body: body(z.strictObject({
      ...bulk,
      ratePerSecond: z.number().min(0.01).max(100_000).optional().openapi({
        description: "100 if left out; the answer comes when all are sent",
      }),
    })),
  },
  responses: {
    200: answer("What was done, or would be", z.object({ ...outcome, replayed: z.int() })),
    ...problemResponses(400, 404, 413, 415, 422, 503),
  },
});

/** `POST /dead-letters/discard` */
export const discardRoute = createRoute({
  method: "post",
  path: `${PATH}/discard`,
  tags: TAGS,
  summary: "Take dead letters off the list; they stay readable",
  request: { body: body(z.strictObject(bulk)) },
  responses: {
    200: answer("What was done, or would be", z.object({ ...outcome, discarded: z.int() })),
    ...problemResponses(400, 404, 413, 415, 422, 503),
  },
});
