/**
 * Answers 429 to a tenant that asks too much, and tells each how much is left
 * (draft-ietf-httpapi-ratelimit-headers).
 *
 * @module
 */

import type { Context } from "hono";
import type { Principal } from "../auth/principal.ts";
import type { RateLimit } from "../limits/rate_limit.ts";
import type { HttpEnv } from "./http_env.ts";
import { HttpError } from "./problem.ts";

const POLICY = "tenant";

/**
 * Counts the request for the principal's organization. Who has none, an operator or a service, is
 * not limited.
 */
export async function limitRate(
  c: Context<HttpEnv>,
  { principal, rateLimit }: { readonly principal: Principal; readonly rateLimit: RateLimit },
): Promise<void> {
  const { organizationId } = principal;
  if (organizationId === undefined) return;
  const { size: { capacity, perSecond } } = rateLimit;
  const { isAllowed, remaining, fullInMs, retryInMs } = await rateLimit.take(organizationId);
  const headers = {
    "ratelimit-policy": `"${POLICY}";q=${capacity};w=${toSeconds(capacity * 1000 / perSecond)}`,
    "ratelimit": `"${POLICY}";r=${remaining};t=${toSeconds(fullInMs)}`,
  };
  if (!isAllowed) {
    throw new HttpError(429, {
      detail: `The organization asks more than ${perSecond} times a second`,
      headers: { ...headers, "retry-after": String(Math.max(1, toSeconds(retryInMs))) },
    });
  }
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
