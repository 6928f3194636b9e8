/**
 * The paths, bodies and answers of bindings, as OpenAPI.
 *
 * @module
 */

import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "./problem_schema.ts";

const TAGS = ["bindings"];

const Binding = z.object({
  name: z.string(),
  direction: z.enum(["source", "sink"]),
  channel: z.string(),
  destination: z.string().openapi({ description: "What the channel is at the broker" }),
  group: z.string().nullable(),
  binder: z.string(),
  state: z.enum(["starting", "running", "paused", "stopped", "down", "stuck", "failed"]),
  lag: z.int().nullable().openapi({ description: "Messages behind the group's committed offsets" }),
  lagSeconds: z.number().nullable().openapi({ description: "The age of the oldest of them" }),
  inFlight: z.int(),
  attempts: z.int().openapi({ description: "Tries beyond the first since the start" }),
  error: z.string().nullable().openapi({ description: "Why it is down" }),
  oldestUnfinishedMs: z.number().nullable().openapi({
    description: "The age of the oldest message in work",
  }),
  partitions: z.array(z.int()).openapi({ description: "Those that this instance owns" }),
}).openapi("Binding");

const PARTITION = /^\d{1,9}$/;
// The types of the library are of OpenAPI 3.0, where the names of members have no schema.
const ofPartitions: object = { propertyNames: { pattern: PARTITION.source } };

const Place = z.strictObject({
  time: z.iso.datetime({ offset: true }).optional().openapi({
    description: "The first message stored then or later",
  }),
  offsets: z.record(z.string().regex(PARTITION), z.string().min(1).max(100)).optional().openapi({
    ...ofPartitions,
    description: "By partition, the first message to deliver; the others stay where they are",
    example: { "0": "42" },
  }),
}).refine(
  ({ time, offsets }) => (time === undefined) !== (offsets === undefined),
  "must have either time or offsets",
).openapi({ minProperties: 1, maxProperties: 1 });

const Steering = z.strictObject({
  state: z.enum(["started", "stopped", "paused", "resumed"]).optional(),
  replayFrom: z.union([z.enum(["earliest", "latest"]), Place]).optional().openapi({
    description: "Where the sink's whole group goes on; a paused one stays paused",
  }),
}).refine(
  ({ state, replayFrom }) => (state === undefined) !== (replayFrom === undefined),
  "must have either state or replayFrom",
).openapi({ minProperties: 1, maxProperties: 1 });

/** What `POST /bindings/{name}` takes. */
export type Steering = z.infer<typeof Steering>;

/** `GET /bindings` */
export const listBindingsRoute = createRoute({
  method: "get",
  path: "/bindings",
  tags: TAGS,
  summary: "List the bindings and how they are doing",
  responses: {
    200: {
      description: "All bindings of this instance",
      content: { "application/json": { schema: z.object({ items: z.array(Binding) }) } },
    },
  },
});

/** `POST /bindings/{name}` */
export const steerBindingRoute = createRoute({
  method: "post",
  path: "/bindings/{name}",
  tags: TAGS,
  summary: "Start, stop, pause or resume a binding, or let its group go on from another place",
  request: {
    params: z.object({ name: z.string().min(1).max(1000) }),
    body: { required: true, content: { "application/json": { schema: Steering } } },
  },
  responses: {
    200: {
      description: "The binding as it is then; a replay has begun at every partition",
      content: { "application/json": { schema: Binding } },
    },
    ...problemResponses(400, 404, 409, 413, 415, 422, 503),
  },
});
