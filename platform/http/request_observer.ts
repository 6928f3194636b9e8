/**
 * Logs and counts every request.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { HttpEnv } from "./http_env.ts";

/** One answered request. `route` is the pattern, so that it can label a metric. */
export interface RequestObservation {
  /** `OTHER` for one that is not common. */
  readonly method: string;
  /** `unmatched` where no route fits. */
  readonly route: string;
  /** The HTTP status. */
  readonly status: number;
  /** From the request to the answer's head. */
  readonly ms: number;
}

/** Takes observations as they happen; never throws. */
export type ObserveRequest = (observation: RequestObservation) => void;

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Writes one line a request: `debug` for probes and scrapes, `info` for the rest. */
export function requestObserver(observe?: ObserveRequest): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const ms = performance.now() - startedAt;
    const route = matchedRoute(c);
    const { status } = c.res;
    const method = METHODS.has(c.req.method) ? c.req.method : "OTHER";
    observe?.({ method, route, status, ms });
    const level = /^\/(health|metrics)/.test(c.req.path) ? "debug" : "info";
    c.var.logger[level]("Answered request", {
      method: c.req.method,
      path: c.req.path,
      status,
      ms: Math.round(ms * 10) / 10,
    });
  };
}

/** The pattern of the handler that fits the request, or `unmatched`. */
export function matchedRoute(c: Parameters<typeof matchedRoutes>[0]): string {
  return matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? "unmatched";
}
