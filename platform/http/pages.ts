/**
 * Pages of a list: `?limit=&cursor=`, a `next` cursor and a `Link` header.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HttpError } from "./problem.ts";

/** What a page is asked for by. `after` is the id of the last item the caller has. */
export interface PageRequest {
  /** At most so many items. */
  readonly limit: number;
  /** Undefined: the first page. */
  readonly after: string | undefined;
}

/** The body of a page. */
export interface Page<Item> {
  /** In the order of their ids. */
  readonly items: readonly Item[];
  /** The `cursor` of the next page; null on the last one. */
  readonly next: string | null;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** The `query` of a list's route. */
export const PageQuery: z.ZodObject<{
  limit: z.ZodOptional<z.ZodString>;
  cursor: z.ZodOptional<z.ZodString>;
}> = z.object({
  limit: z.string().optional().openapi({
    type: "integer",
    minimum: 1,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
    description: "Items a page",
  }),
  cursor: z.string().optional().openapi({ description: "`next` of the page before" }),
});

/** The schema of a page of `item`. */
export function pageSchema<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** Reads the query of a list. Throws 422 for a limit out of bounds or a cursor that is not ours. */
export function parsePageRequest(
  query: { limit?: string | undefined; cursor?: string | undefined },
): PageRequest {
  return { limit: parseLimit(query.limit), after: parseCursor(query.cursor) };
}

/**
 * Answers with a page. Give one item more than `limit`, read in the order of `idOf`, and it knows
 * whether there is a next page.
 */
export function pageResponse<Item>(
  c: Context,
  rows: readonly Item[],
  { limit, idOf }: { limit: number; idOf: (item: Item) => string },
): Response & { _data: never; _status: 200; _format: "json" } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last !== undefined ? formatCursor(idOf(last)) : null;
  const body: Page<Item> = { items, next };
  if (next !== null) {
    const query = new URLSearchParams({ limit: String(limit), cursor: next });
    c.header("link", `<${c.req.path}?${query}>; rel="next"`);
  }
  return c.json(body, 200) as never;
}

function parseLimit(limit: string | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const value = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (value >= 1 && value <= MAX_LIMIT) return value;
  throw invalid("limit", `must be a whole number from 1 to ${MAX_LIMIT}`);
}

function parseCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const id = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (id !== "" && id.length <= 400 && !id.includes("\u0000")) return id;
  } catch {
    // Not base64url or not UTF-8: answered below like any other cursor that is not ours.
  }
  throw invalid("cursor", "must be the next of an earlier page");
}

function formatCursor(id: string): string {
  return new TextEncoder().encode(id).toBase64({ alphabet: "base64url", omitPadding: true });
}

function invalid(parameter: string, detail: string): HttpError {
  return new HttpError(422, {
    detail: "The request is not valid",
    errors: [{ parameter, detail }],
  });
}
