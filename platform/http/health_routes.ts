/**
 * What a supervisor, a load balancer and a scraper ask a process.
 *
 * @module
 */

import type { BindingHealth } from "@cauce/messaging";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Readiness } from "../readiness.ts";
import { redactText } from "../redact.ts";
import { addBindingRoutes, type BindingControl } from "./binding_routes.ts";
import type { HttpEnv } from "./http_env.ts";

/** One part whose health is reported. A part that is down makes the service DEGRADED, never not ready. */
export interface HealthCheck {
  /** The component's, in the answer. */
  readonly name: string;
  /** Rejects when the part is down. */
  readonly check: (signal: AbortSignal) => Promise<unknown>;
  /** A part that has not answered by then is down. 1000 without it. */
  readonly timeoutMs?: number;
}

/** A part's state in `GET /health`. */
export interface ComponentHealth {
  /** Whether it can be used. */
  readonly status: "UP" | "DOWN";
  /** Why it is down, without secrets. */
  readonly error?: string;
  /** A binding's own. */
  readonly state?: string;
}

/** What the routes report. */
export interface HealthOptions {
  /** What `/health/ready` answers. */
  readonly readiness: Readiness;
  /** What `/health` looks at. */
  readonly components?: readonly HealthCheck[];
  /** Adds `/bindings`, reports each binding in `/health`, and fails `/health/live` for one that has failed for good or is stuck. */
  readonly bindings?: BindingControl;
  /** Adds `/metrics`: the registry of `createMetrics`. */
  readonly metrics?: { readonly contentType: string; metrics(): Promise<string> };
}

const DEFAULT_TIMEOUT_MS = 1_000;

/** States that only a new process gets out of. */
const BEYOND_REPAIR: ReadonlySet<BindingHealth["state"]> = new Set(["failed", "stuck"]);

/** Adds `/health`, `/health/live`, `/health/ready`, and `/metrics` and `/bindings` where they are given. */
export function addHealthRoutes(app: OpenAPIHono<HttpEnv>, options: HealthOptions): void {
  const { readiness, components = [], bindings, metrics } = options;

  app.get("/health/ready", (c) => {
    const status = readiness.ready ? 200 : 503;
    return uncached(c).json(
      { status: readiness.ready ? "UP" : "DOWN", state: readiness.state },
      status,
    );
  });

  app.get("/health/live", (c) => {
    const failed = readBindings(bindings).filter(({ state }) => BEYOND_REPAIR.has(state));
    if (failed.length === 0) return uncached(c).json({ status: "UP" }, 200);
    return uncached(c).json({ status: "DOWN", failed: failed.map(({ name }) => name) }, 503);
  });

  app.get("/health", async (c) => {
    const parts = await Promise.all(components.map(checkComponent));
    const rows = readBindings(bindings).map(bindingHealth);
    const entries = [...parts, ...rows];
    const isUp = entries.every(([, { status }]) => status === "UP");
    return uncached(c).json({
      status: isUp ? "UP" : "DEGRADED",
      components: Object.fromEntries(entries),
    }, 200);
  });

  if (metrics) {
    app.get("/metrics", async (c) => {
      const text = await metrics.metrics();
      return uncached(c).body(text, 200, { "content-type": metrics.contentType });
    });
  }
  if (bindings) addBindingRoutes(app, bindings);
}

function uncached(c: Context<HttpEnv>): Context<HttpEnv> {
  c.header("cache-control", "no-store");
  return c;
}

async function checkComponent(
  { name, check, timeoutMs = DEFAULT_TIMEOUT_MS }: HealthCheck,
): Promise<[string, ComponentHealth]> {
  const timeout = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    timeout.abort();
    late.reject(new Error(`did not answer within ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    // Called inside a promise, so that a check that throws at once is a part that is down.
    await Promise.race([Promise.resolve(timeout.signal).then(check), late.promise]);
    return [name, { status: "UP" }];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [name, { status: "DOWN", error: redactText(text) }];
  } finally {
    clearTimeout(timer);
  }
}

function readBindings(bindings: BindingControl | undefined): readonly BindingHealth[] {
  return bindings?.health() ?? [];
}

function bindingHealth({ name, state, error }: BindingHealth): [string, ComponentHealth] {
  const isDown = state === "down" || BEYOND_REPAIR.has(state);
  return [`binding:${name}`, {
    status: isDown ? "DOWN" : "UP",
    state,
    ...(error !== null && { error: redactText(error) }),
  }];
}
