/**
 * Accepts or mints the correlation id and the trace context of a request, and echoes both.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import type { MiddlewareHandler } from "hono";
import { withFields } from "../logger.ts";
import type { HttpEnv } from "./http_env.ts";

const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?$/;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The first middleware: later ones, handlers and the error handler rely on its variables. */
export function requestContext(logger: Logger): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const correlationId = acceptCorrelationId(c.req.header("x-correlation-id"));
    const traceparent = acceptTraceparent(c.req.header("traceparent"));
    c.set("correlationId", correlationId);
    c.set("traceparent", traceparent);
    c.set("logger", withFields(logger, { correlationId }));
    await next();
    c.res.headers.set("x-correlation-id", correlationId);
    c.res.headers.set("traceparent", traceparent);
  };
}

/** The caller's id if it is printable and at most 200 characters long, else a new one. */
export function acceptCorrelationId(given: string | undefined): string {
  return given !== undefined && PRINTABLE.test(given) ? given : crypto.randomUUID();
}

/** The caller's trace context if it is valid, else a new, sampled one. */
export function acceptTraceparent(given: string | undefined): string {
  const match = given === undefined ? null : TRACEPARENT.exec(given);
  if (match) {
    const [, version, traceId, parentId, flags, more] = match;
    const isValid = version !== "ff" && !/^0+$/.test(traceId ?? "") &&
      !/^0+$/.test(parentId ?? "") && (version !== "00" || more === undefined);
    if (isValid) return `00-${traceId}-${parentId}-${flags}`;
  }
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}
