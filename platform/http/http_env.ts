/**
 * What every handler finds on its context.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";

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
  };
}
