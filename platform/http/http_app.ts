/**
 * The HTTP app every service starts from: bounds, errors, correlation, documents.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AccessTable } from "../auth/access.ts";
import type { Auth } from "../auth/create_auth.ts";
import { DatabaseFullError, DatabaseUnavailableError } from "../database/errors.ts";
import type { RateLimit } from "../limits/rate_limit.ts";
import { addAuthorization, isRouted } from "./authorize.ts";
import { addDocsRoutes, type ApiInfo } from "./docs_routes.ts";
import type { HttpEnv } from "./http_env.ts";
import { jsonBody } from "./json_body.ts";
import { localOnly } from "./local_only.ts";
import { HttpError, problem } from "./problem.ts";
import { requestContext } from "./request_context.ts";
import { type ObserveRequest, requestObserver } from "./request_observer.ts";
import { validationHook } from "./validation.ts";

/** What an app is made of. */
export interface HttpAppOptions extends ApiInfo {
  readonly logger: Logger;
  /** Takes one observation a request: `observeRequest` of `createMetrics`. */
  readonly observeRequest?: ObserveRequest;
  /** How callers are known, and what they may do. Without it anyone may do everything. */
  readonly access?: {
    /** Where nobody has to say who they are, only this machine's own requests are answered. */
    readonly auth: Auth;
    /** A row for each route; one without is closed to everybody. */
    readonly table: AccessTable;
    /** How much each tenant may ask. */
    readonly rateLimit?: RateLimit | undefined;
  };
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_BODY_DEPTH = 32;
/** Less than the grace of a drain. */
const MAX_BODY_MS = 10_000;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Builds the app. Routes added with `app.openapi` are validated, documented and described at
 * `/openapi.json` and `/docs`; every error they throw becomes a problem document.
 */
export function createHttpApp(options: HttpAppOptions): OpenAPIHono<HttpEnv> {
  const { logger, observeRequest, access, title, version, description } = options;
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: validationHook });
  const readBody = jsonBody({
    maxBytes: MAX_BODY_BYTES,
    maxDepth: MAX_BODY_DEPTH,
    maxMs: MAX_BODY_MS,
  });

  app.use(requestContext(logger));
  app.use(requestObserver(observeRequest));
  app.use(defaultHeaders);
  const { auth, table, rateLimit } = access ?? {};
  if (auth?.mode === "open") app.use(localOnly());
  if (auth?.mode === "jwt" && table) {
    addAuthorization(app, { verify: auth.verify, table, rateLimit });
  }
  app.use(async (c, next) => {
    // What no route takes is answered 404 or 405 whatever its body is.
    if (!isRouted(c)) return await next();
    if (!isStorablePath(c.req.url)) throw new HttpError(404);
    return await readBody(c, next);
  });
  app.notFound((c) => {
    const allowed = allowedMethods(app, c.req.path);
    if (allowed.length === 0) return problem(404, { detail: "There is nothing at this address" });
    return problem(405, {
      detail: `${c.req.method} is not possible here`,
      headers: { allow: allowed.join(", ") },
    });
  });
  app.onError((error, c) => {
    if (error instanceof HttpError) {
      if (error.status >= 500) {
        const { status, message, cause } = error;
        c.var.logger.warn("Refused request", { status, detail: message, error: cause });
      }
      return error.toResponse();
    }
    if (error instanceof HTTPException) return problem(error.status, { detail: error.message });
    if (error instanceof DatabaseFullError) {
      c.var.logger.error("Refused request: the database has no room left", { error });
      return problem(507, { detail: "The database has no room left; nothing was written" });
    }
    if (error instanceof DatabaseUnavailableError) {
      c.var.logger.warn("Refused request", { error });
      return problem(503, {
        detail: "The database is out of reach",
        headers: { "retry-after": "1" },
      });
    }
    c.var.logger.error("Failed to answer request", {
      method: c.req.method,
      path: c.req.path,
      error,
    });
    return problem(500, {
      detail: "Something went wrong; the log has it under the correlation id",
    });
  });
  addDocsRoutes(app, {
    title,
    version,
    ...(description !== undefined && { description }),
    ...(auth?.mode === "jwt" && { table }),
  });
  return app;
}

const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-cache",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const defaultHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};

/** PostgreSQL takes no U+0000, so no resource has it in its address. */
function isStorablePath(url: string): boolean {
  return !/^[^?]*%00/.test(url);
}

/** An address that a route has word for word is that route's, though a pattern fits it as well. */
function allowedMethods(app: OpenAPIHono<HttpEnv>, path: string): string[] {
  const routes = METHODS.flatMap((method) => {
    const [handlers] = app.router.match(method, path);
    const paths = handlers.filter(([[, route]]) => route.method !== "ALL")
      .map(([[, route]]) => route.path);
    return paths.length === 0 ? [] : [{ method, isExact: paths.includes(path) }];
  });
  const exact = routes.filter(({ isExact }) => isExact);
  return (exact.length > 0 ? exact : routes)
    .flatMap(({ method }) => method === "GET" ? ["GET", "HEAD"] : [method]);
}
