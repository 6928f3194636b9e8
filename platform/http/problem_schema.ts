/**
 * The problem document as OpenAPI describes it.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";
import { PROBLEM_TYPE } from "./problem.ts";

const FieldErrorSchema = z.object({
  pointer: z.string().optional().describe("JSON pointer into the body"),
  parameter: z.string().optional().describe("Query parameter or header"),
  detail: z.string(),
});

/** RFC 9457 problem details, the body of every error. */
export const ProblemSchema: z.ZodObject<{
  type: z.ZodString;
  title: z.ZodString;
  status: z.ZodNumber;
  detail: z.ZodOptional<z.ZodString>;
  errors: z.ZodOptional<z.ZodArray<typeof FieldErrorSchema>>;
}> = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  errors: z.array(FieldErrorSchema).optional(),
}).openapi("Problem");

const WORDS: Readonly<Record<number, string>> = {
  400: "The body is not JSON",
  404: "There is no such resource",
  409: "The request conflicts with another",
  412: "The resource has another version",
  413: "The body is too large",
  415: "The body is not of a supported type",
  422: "The request is not valid",
  503: "A dependency is out of reach; try again later",
};

/** What an OpenAPI response entry of an error looks like. */
export interface ProblemResponse {
  /** When it is answered. */
  description: string;
  /** The problem document. */
  content: { [PROBLEM_TYPE]: { schema: typeof ProblemSchema } };
}

/** The `responses` entries of a route's errors: `...problemResponses(404, 412)`. */
export function problemResponses<Status extends number>(
  ...statuses: readonly Status[]
): Record<Status, ProblemResponse> {
  const entries = statuses.map((status) => [status, {
    description: WORDS[status] ?? "Error",
    content: { [PROBLEM_TYPE]: { schema: ProblemSchema } },
  }]);
  return Object.fromEntries(entries) as Record<Status, ProblemResponse>;
}
