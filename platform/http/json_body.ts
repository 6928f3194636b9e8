/**
 * Reads a JSON body within bounds before any handler sees it.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import { type FieldError, HttpError } from "./problem.ts";

/** Bounds of a body. */
export interface JsonBodyOptions {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** For the whole of it: a body that trickles holds neither a connection nor a drain for long. */
  readonly maxMs: number;
}

const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);
const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;

/**
 * Too large is 413, with or without a declared length; too slow 408; not JSON by its type, or
 * compressed, 415; not JSON by its text or too deep 400; text that no database can store 422.
 */
export function jsonBody({ maxBytes, maxDepth, maxMs }: JsonBodyOptions): MiddlewareHandler {
  return async (c, next) => {
    if (!WITH_BODY.has(c.req.method)) return await next();
    const declared = Number(c.req.header("content-length") ?? 0);
    if (declared > maxBytes) throw tooLarge(maxBytes);
    const bytes = await readAtMost(c.req.raw.body, { maxBytes, maxMs });
    const type = c.req.header("content-type");
    if (bytes.length > 0 || type !== undefined) checkType(type);
    checkEncoding(c.req.header("content-encoding"));
    if (bytes.length === 0 && type === undefined) {
      throw new HttpError(400, { detail: "The request has no body" });
    }

    const value = parse(bytes);
    const errors = inspect(value, maxDepth);
    if (errors.length > 0) throw new HttpError(422, { detail: "The body is not valid", errors });
    // Hono's validator finds the body here instead of reading it again.
    c.req.bodyCache.json = Promise.resolve(value);
    await next();
  };
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, {
    detail: `The body is larger than ${maxBytes} bytes`,
    headers: { connection: "close" },
  });
}

function tooSlow(maxMs: number): HttpError {
  return new HttpError(408, {
    detail: `The body did not come within ${maxMs} ms`,
    headers: { connection: "close" },
  });
}

function checkType(type: string | undefined): void {
  const [essence = "", ...parameters] = (type ?? "").toLowerCase().split(";").map((part) =>
    part.trim()
  );
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (JSON_TYPE.test(essence) && isUtf8) return;
  throw new HttpError(415, {
    detail: "The body must be application/json in UTF-8",
    headers: { "accept": "application/json" },
  });
}

function checkEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding.trim().toLowerCase() === "identity") return;
  throw new HttpError(415, {
    detail: "The body must not be compressed",
    headers: { "accept-encoding": "identity" },
  });
}

async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, maxMs }: { readonly maxBytes: number; readonly maxMs: number },
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooSlow(maxMs)), maxMs);
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (true) {
      const { done, value } = await Promise.race([reader.read(), late.promise]);
      if (done) break;
      length += value.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(value);
    }
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError(400, { detail: "The body ended too early" }, { cause });
  } finally {
    clearTimeout(timer);
    // What was not read is not wanted; a body at its end or gone has nothing to cancel.
    reader.cancel().catch(() => {});
  }
  const [only] = chunks;
  if (chunks.length === 1 && only) return only;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new HttpError(400, { detail: "The body is not JSON" }, { cause: error });
  }
}

function inspect(root: unknown, maxDepth: number): FieldError[] {
  const errors: FieldError[] = [];
  function visit(value: unknown, place: { pointer: string; depth: number }): void {
    if (typeof value === "string") {
      if (!isStorable(value)) {
        errors.push({ pointer: place.pointer, detail: "contains characters that are not text" });
      }
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const depth = place.depth + 1;
    if (depth > maxDepth) {
      throw new HttpError(400, { detail: `The body is nested deeper than ${maxDepth} levels` });
    }
    for (const [key, item] of Object.entries(value)) {
      visit(item, { pointer: `${place.pointer}/${escapePointer(key)}`, depth });
    }
  }
  visit(root, { pointer: "", depth: 0 });
  return errors;
}

/** PostgreSQL stores no U+0000, and half of a surrogate pair has no UTF-8. */
function isStorable(text: string): boolean {
  return !text.includes("\u0000") && text.isWellFormed();
}

/** A key as one step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
