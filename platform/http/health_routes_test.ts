import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { type BindingHealth, silentLogger } from "@cauce/messaging";
import { createMetrics } from "../metrics.ts";
import { createReadiness } from "../readiness.ts";
import type { BindingControl } from "./binding_routes.ts";
import { addHealthRoutes, type HealthOptions } from "./health_routes.ts";
import { createHttpApp } from "./http_app.ts";

Deno.test("/health/ready says yes only between start and drain", async () => {
  const readiness = createReadiness();
  const app = testApp({ readiness });

  strictEqual((await app.request("/health/ready")).status, 503);
  readiness.markReady();
  strictEqual((await app.request("/health/ready")).status, 200);
  readiness.drain();
  strictEqual((await app.request("/health/ready")).status, 503);
  readiness.markReady();
  strictEqual((await app.request("/health/ready")).status, 503);
});

Deno.test("/health is DEGRADED with 200 when a part is down, hangs or throws", async () => {
  const app = testApp({
    components: [
      { name: "database", check: () => Promise.resolve() },
      { name: "cache", check: () => new Promise(() => {}), timeoutMs: 5 },
      {
        name: "origin",
        check: () => {
          throw new Error("no redis://u:p@host");
        },
      },
    ],
  });

  const response = await app.request("/health");

  strictEqual(response.status, 200);
  deepStrictEqual(await response.json(), {
    status: "DEGRADED",
    components: {
      database: { status: "UP" },
      cache: { status: "DOWN", error: "did not answer within 5 ms" },
      origin: { status: "DOWN", error: "no redis://[redacted]@host" },
    },
  });
});

Deno.test("a binding that is down degrades the service and leaves it alive", async () => {
  const app = testApp({ bindings: controlOf({ state: "down", error: "gone" }) });

  const health = await (await app.request("/health")).json();

  strictEqual(health.status, "DEGRADED");
  deepStrictEqual(health.components["binding:changes-in"], {
    status: "DOWN",
    state: "down",
    error: "gone",
  });
  strictEqual((await app.request("/health/live")).status, 200);
});

for (const state of ["failed", "stuck"] as const) {
  Deno.test(`/health/live fails when a binding is ${state} and nothing can be done`, async () => {
    const app = testApp({ bindings: controlOf({ state }) });

    strictEqual((await app.request("/health/live")).status, 503);
  });
}

Deno.test("/metrics shows the registry it is given", async () => {
  const metrics = createMetrics({ service: "test" });
  metrics.observe({ kind: "sent", binding: "changes-out", messages: 3, ms: 1 });
  metrics.observe({ kind: "binding-state", binding: "changes-out", state: "running" });

  const text = await (await testApp({ metrics: metrics.registry }).request("/metrics")).text();

  match(text, /messaging_sent_total\{binding="changes-out",service="test"\} 3/);
  match(text, /messaging_binding_state\{binding="changes-out",state="running",.*\} 1/);
  match(text, /messaging_binding_state\{binding="changes-out",state="down",.*\} 0/);
  match(text, /process_resident_memory_bytes\{.*\} \d{7,}/);
});

function testApp(options: Partial<HealthOptions>) {
  const app = createHttpApp({ title: "T", version: "1", logger: silentLogger });
  addHealthRoutes(app, { readiness: createReadiness(), ...options });
  return app;
}

function controlOf(overrides: Partial<BindingHealth>): BindingControl {
  const health: BindingHealth = { name: "changes-in", state: "running", error: null, ...overrides };
  return {
    health: () => [health],
    bindings: () => Promise.reject(new Error("The broker is asked")),
    control: () => Promise.resolve(),
    replay: () => Promise.resolve(),
  };
}
