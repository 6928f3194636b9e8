import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { type BindingCommand, type BindingStatus, silentLogger } from "@cauce/messaging";
import { createMetrics } from "../metrics.ts";
import { createReadiness } from "../readiness.ts";
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

Deno.test("/health/live fails when a binding has failed for good", async () => {
  const app = testApp({ bindings: controlOf({ state: "failed" }) });

  strictEqual((await app.request("/health/live")).status, 503);
});

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

Deno.test("POST /bindings/{name} steers the binding and answers with it", async () => {
  const control = controlOf({});
  const response = await steer(testApp({ bindings: control }), "changes-in", "paused");

  strictEqual(response.status, 200);
  strictEqual((await response.json()).state, "paused");
  deepStrictEqual(control.commands, ["paused"]);
});

Deno.test("POST /bindings/{name} refuses unknown bindings and unknown states", async () => {
  const app = testApp({ bindings: controlOf({}) });

  strictEqual((await steer(app, "other", "paused")).status, 404);
  strictEqual((await steer(app, "changes-in", "asleep")).status, 422);
});

function testApp(options: Partial<HealthOptions>) {
  const app = createHttpApp({ title: "T", version: "1", logger: silentLogger });
  addHealthRoutes(app, { readiness: createReadiness(), ...options });
  return app;
}

function steer(app: ReturnType<typeof testApp>, name: string, state: string) {
  return app.request(`/bindings/${name}`, {
    method: "POST",
    body: JSON.stringify({ state }),
    headers: { "content-type": "application/json" },
  });
}

function controlOf(overrides: Partial<BindingStatus>) {
  let status: BindingStatus = {
    name: "changes-in",
    direction: "sink",
    channel: "changes",
    destination: "changes",
    group: "g",
    binder: "memory",
    state: "running",
    lag: 0,
    lagSeconds: 0,
    inFlight: 0,
    attempts: 0,
    error: null,
    ...overrides,
  };
  const commands: BindingCommand[] = [];
  return {
    commands,
    bindings: () => Promise.resolve([status]),
    control(_name: string, command: BindingCommand) {
      commands.push(command);
      if (command === "paused" || command === "stopped") status = { ...status, state: command };
      return Promise.resolve();
    },
  };
}
