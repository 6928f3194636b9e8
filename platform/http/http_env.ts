/**
 * What every handler finds on its context.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import type { Context } from "hono";
import type { Principal } from "../auth/principal.ts";

/** Hono's environment of an app made by `createHttpApp`. */
export interface HttpEnv {
  /** What `c.var` has. */
  Variables: {
    /** The caller's `x-correlation-id`, or one of ours. */
    correlationId: string;
    /** The caller's W3C trace context, or one of ours. */
    traceparent: string;
    /** Puts the correlation id on every line. */
    logger: Logger;
    /** Who calls. Undefined with `AUTH=open`, and where a route is open to anyone. */
    principal: Principal | undefined;
    /** Whether the table of access was asked and said yes. */
    isPermitted: boolean | undefined;
  };
}

/** Who signs for what is done: `http` where callers are not known. */
export function actorOf(c: Context<HttpEnv>): string {
  return c.var.principal?.subject ?? "http";
}
