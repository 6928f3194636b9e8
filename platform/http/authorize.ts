/**
 * Lets a request through as the table of access says, before anything of it is read or looked up.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { type Access, type AccessTable, judge, scopesOf } from "../auth/access.ts";
import type { VerifyAccessToken } from "../auth/access_token_verifier.ts";
import { AccessTokenError, KeysUnavailableError } from "../auth/errors.ts";
import type { Principal } from "../auth/principal.ts";
import type { RateLimit } from "../limits/rate_limit.ts";
import { withFields } from "../logger.ts";
import type { HttpEnv } from "./http_env.ts";
import { limitRate } from "./limit_rate.ts";
import { HttpError } from "./problem.ts";

/** How callers are known, and what they may do. */
export interface AuthorizeOptions {
  readonly table: AccessTable;
  readonly verify: VerifyAccessToken;
  /** Of each tenant, refusals included. */
  readonly rateLimit?: RateLimit | undefined;
}

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/**
 * Adds the table's rows to the app, ahead of its routes. No or a bad access token is 401, a missing
 * scope 403, another tenant's organization 404, as if it did not exist. A route without a row is
 * closed to everybody.
 */
export function addAuthorization(app: OpenAPIHono<HttpEnv>, options: AuthorizeOptions): void {
  const { table, verify, rateLimit } = options;
  for (const [route, access] of Object.entries(table)) {
    const [method = "", path = ""] = route.split(" ");
    app.on(method, toPattern(path), async (c, next) => {
      if (access.kind !== "anyone") {
        const principal = await identify(c, verify);
        if (rateLimit) await limitRate(c, { principal, rateLimit });
        admit(c, access, principal);
      }
      c.set("isPermitted", true);
      await next();
    });
  }
  app.use(async (c, next) => {
    if (isRouted(c) && !c.var.isPermitted) {
      c.var.logger.error("Refused request: the route has no row in the table of access", {
        method: c.req.method,
        path: c.req.path,
      });
      throw new HttpError(403, { detail: "Nobody may do this" });
    }
    await next();
  });
}

/** True where a route takes the request; what none takes is answered 404 or 405. */
export function isRouted(c: Context<HttpEnv>): boolean {
  return matchedRoutes(c).some(({ method }) => method !== "ALL");
}

/** A path as OpenAPI writes it, in the words of the router. */
function toPattern(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

async function identify(c: Context<HttpEnv>, verify: VerifyAccessToken): Promise<Principal> {
  const authorization = c.req.header("authorization");
  const [, token] = BEARER.exec(authorization ?? "") ?? [];
  if (token === undefined) {
    const isOther = authorization === undefined || !/^bearer/i.test(authorization);
    throw unauthorized(isOther ? undefined : "is malformed");
  }
  try {
    return await verify(token);
  } catch (error) {
    if (error instanceof AccessTokenError) throw unauthorized(error.reason);
    if (!(error instanceof KeysUnavailableError)) throw error;
    throw new HttpError(503, {
      detail: "Cannot check the access token now: its issuer is out of reach",
      headers: { "retry-after": "1" },
    }, { cause: error });
  }
}

function admit(
  c: Context<HttpEnv>,
  access: Exclude<Access, { kind: "anyone" }>,
  principal: Principal,
): void {
  const organizationId = c.req.param("organizationId");
  const judgement = judge(access, principal, { organizationId });
  if (judgement === "scope missing") {
    const [scope] = scopesOf(access);
    throw new HttpError(403, {
      detail: `The access token lacks the scope "${scope}"`,
      headers: challenge(`error="insufficient_scope", scope="${scope}"`),
    });
  }
  // The same words for every id: a tenant must not learn whether another one exists.
  if (judgement === "other tenant") {
    throw new HttpError(404, {
      detail: "The organization of the access token has no such resource",
    });
  }
  c.set("principal", principal);
  c.set("logger", withFields(c.var.logger, { subject: principal.subject }));
}

/** Without an error's name where there was no access token at all (RFC 6750, 3.1). */
function unauthorized(reason: string | undefined): HttpError {
  if (reason === undefined) {
    return new HttpError(401, {
      detail: "An access token is needed: Authorization: Bearer <token>",
      headers: challenge(),
    });
  }
  const description = reason.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'");
  return new HttpError(401, {
    detail: `The access token ${reason}`,
    headers: challenge(`error="invalid_token", error_description="The token ${description}"`),
  });
}

function challenge(error?: string): Record<string, string> {
  return { "www-authenticate": `Bearer realm="cauce"${error === undefined ? "" : `, ${error}`}` };
}
