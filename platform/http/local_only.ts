/**
 * Keeps out what a page elsewhere makes a browser send to this machine (DNS rebinding): without
 * authentication the address is the only thing that tells it from a user's own request.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import { isLoopback } from "../loopback.ts";
import { HttpError } from "./problem.ts";

/** Refuses, with 421, a request whose `Host` is no name of the loopback. */
export function localOnly(): MiddlewareHandler {
  return async (c, next) => {
    const { hostname } = new URL(c.req.url);
    if (!isLoopback(hostname)) {
      throw new HttpError(421, {
        detail: "AUTH=open answers to localhost and 127.0.0.1 alone, whatever else leads here",
      });
    }
    await next();
  };
}
