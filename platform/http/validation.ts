/**
 * Turns what a schema found wrong with a request into a problem.
 *
 * @module
 */

import type { z } from "@hono/zod-openapi";
import { escapePointer } from "./json_body.ts";
import { type FieldError, HttpError } from "./problem.ts";

/** What the validator of a route hands to its hook. */
export type ValidationResult =
  & { readonly target: string }
  & (
    | { readonly success: true }
    | { readonly success: false; readonly error: z.ZodError }
  );

/** A path that fits no resource's address is 404; a body, query or header that breaks its schema is 422. */
export function validationHook(result: ValidationResult): void {
  if (result.success) return;
  if (result.target === "param") throw new HttpError(404);
  const inBody = result.target === "json";
  throw new HttpError(422, {
    detail: inBody ? "The body is not valid" : "The request is not valid",
    errors: fieldErrors(result.error.issues, inBody),
  });
}

/** One entry for each thing that is wrong; an unknown member is named itself, not its parent. */
export function fieldErrors(
  issues: readonly z.core.$ZodIssue[],
  inBody: boolean,
): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => place([...issue.path, key], { inBody, detail: "is unknown" }));
    }
    return [place(issue.path, { inBody, detail: issue.message })];
  });
}

function place(
  path: readonly PropertyKey[],
  { inBody, detail }: { inBody: boolean; detail: string },
): FieldError {
  if (!inBody) return { parameter: path.map(String).join("."), detail };
  return { pointer: path.map((key) => `/${escapePointer(String(key))}`).join(""), detail };
}
