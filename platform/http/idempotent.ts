/**
 * `Idempotency-Key` on a POST: the same request is answered, not done, again.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Database, Transaction } from "../database/database.ts";
import {
  findReply,
  pruneReplies,
  type Reply,
  type RequestKey,
  saveReply,
  takeKey,
} from "../database/idempotency.ts";
import type { HttpEnv } from "./http_env.ts";
import { HttpError } from "./problem.ts";

/** The keys of one service. Make one a process. */
export interface IdempotencyKeys {
  /** Where replies are kept, beside what the request wrote. */
  readonly database: Database;
  /** In ms since the epoch. */
  readonly now: () => number;
  /** Keys whose request is being answered by this process. */
  readonly inFlight: Set<string>;
  /** When replies that are too old were last deleted. */
  prunedAt: number;
}

/** Runs the write and keeps its reply in one transaction. `write` may run again, as in `Database.transaction`. */
export type Commit = (write: (transaction: Transaction) => Promise<Reply>) => Promise<Reply>;

const PRUNE_EVERY_MS = 10 * 60 * 1000;
const KEY = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** The `headers` of a route that is idempotent. */
export const IdempotencyHeaders: z.ZodObject<{ "idempotency-key": z.ZodOptional<z.ZodString> }> = z
  .object({
    "idempotency-key": z.string().regex(KEY, "must be 1 to 255 printable characters").optional()
      .openapi({ description: "The same key and body within 24 hours get the same answer" }),
  });

/** Starts with nothing in flight. */
export function createIdempotencyKeys(
  { database, now = Date.now }: { database: Database; now?: () => number },
): IdempotencyKeys {
  return { database, now, inFlight: new Set(), prunedAt: 0 };
}

/**
 * Answers a POST. `work` prepares (looks things up, may throw an `HttpError`), then calls `commit`
 * once with the write. With an `Idempotency-Key`: the same body gets the same answer for 24 h, also
 * from another process; another body 422; a request still in flight 409. Errors are not kept.
 */
export async function idempotent(
  c: Context<HttpEnv>,
  keys: IdempotencyKeys,
  work: (commit: Commit) => Promise<Reply>,
): Promise<Response & { _data: never; _status: 201; _format: "json" }> {
  const { database } = keys;
  const request = await readRequestKey(c);
  if (!request) return respond(await work((write) => database.transaction(write)));

  const id = `${request.scope}\n${request.key}`;
  if (keys.inFlight.has(id)) throw inFlight();
  keys.inFlight.add(id);
  try {
    const known = replay(await findReply(database, request, { now: keys.now() }));
    return respond(known ?? await work((write) => commit(keys, request, write)));
  } finally {
    keys.inFlight.delete(id);
    await prune(c, keys);
  }
}

function commit(
  { database, now }: IdempotencyKeys,
  request: RequestKey,
  write: (transaction: Transaction) => Promise<Reply>,
): Promise<Reply> {
  return database.transaction(async (transaction) => {
    if (!await takeKey(database, transaction, request)) throw inFlight();
    const known = replay(await findReply(transaction, request, { now: now() }));
    if (known) return known;
    const reply = await write(transaction);
    await saveReply(transaction, request, { reply, now: now() });
    return reply;
  });
}

function replay(found: Awaited<ReturnType<typeof findReply>>): Reply | undefined {
  if (found?.kind !== "other-body") return found?.reply;
  throw new HttpError(422, {
    detail: "The Idempotency-Key was used with another body",
    errors: [{ parameter: "idempotency-key", detail: "was used with another body" }],
  });
}

function inFlight(): HttpError {
  return new HttpError(409, {
    detail: "A request with this Idempotency-Key is still in flight",
    headers: { "retry-after": "1" },
  });
}

async function readRequestKey(c: Context<HttpEnv>): Promise<RequestKey | undefined> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return undefined;
  const body = canonical(await c.req.json());
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  const requestHash = new Uint8Array(digest).toHex();
  // Nobody is answered with what another caller's key was answered.
  const caller = c.var.principal === undefined ? "" : `\n${c.var.principal.subject}`;
  return { scope: `${c.req.method} ${c.req.path}${caller}`, key, requestHash };
}

/** The same text for the same JSON, whatever the order of its members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(
      Object.entries(item).sort(([left], [right]) => left < right ? -1 : 1),
    );
  });
}

function respond(
  { status, headers, body }: Reply,
): Response & { _data: never; _status: 201; _format: "json" } {
  const response = new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
  // Typed for routes that declare 201; a reply of another status is sent all the same.
  return response as never;
}

async function prune(c: Context<HttpEnv>, keys: IdempotencyKeys): Promise<void> {
  const now = keys.now();
  if (now - keys.prunedAt < PRUNE_EVERY_MS) return;
  keys.prunedAt = now;
  try {
    await pruneReplies(keys.database, now);
  } catch (error) {
    // The answer stands; the next prune comes in ten minutes.
    c.var.logger.warn("Failed to delete old replies", { error });
  }
}
