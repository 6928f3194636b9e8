import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  BindingStateError,
  type BindingStatus,
  MissingFeatureError,
  SeekError,
  silentLogger,
  type StartPosition,
} from "@cauce/messaging";
import { addBindingRoutes, type BindingControl } from "./binding_routes.ts";
import { createHttpApp } from "./http_app.ts";

Deno.test("GET /bindings has a row for each binding", async () => {
  const { app } = setUp();

  const { items } = await (await app.request("/bindings")).json();

  deepStrictEqual(items, [running]);
});

Deno.test("GET /bindings shows no password of an address in a binding's error", async () => {
  const error = "Cannot reach redis://app:hunter2@cache:6379";
  const { app } = setUp({ bindings: () => Promise.resolve([{ ...running, error }]) });

  const { items } = await (await app.request("/bindings")).json();

  strictEqual(items[0].error, "Cannot reach redis://[redacted]@cache:6379");
});

Deno.test("POST /bindings/{name} steers the binding and answers with it", async () => {
  const { steer, asked } = setUp();

  const response = await steer({ state: "paused" });

  strictEqual(response.status, 200);
  strictEqual((await response.json()).state, "paused");
  deepStrictEqual(asked, ["paused"]);
});

Deno.test("POST /bindings/{name} replays from the start, a time or offsets", async () => {
  const { steer, asked } = setUp();

  for (
    const replayFrom of [
      "earliest",
      "latest",
      { time: "2026-01-01T00:00:00Z" },
      { offsets: { "0": "42", "3": "1700000000000-0" } },
    ]
  ) {
    strictEqual((await steer({ replayFrom })).status, 200);
  }

  deepStrictEqual(asked, [
    "earliest",
    "latest",
    { time: Date.UTC(2026, 0, 1) },
    { offsets: new Map([[0, "42"], [3, "1700000000000-0"]]) },
  ]);
});

Deno.test("POST /bindings/{name} says where a body is wrong", async () => {
  const { steer, asked } = setUp();
  const bodies = [
    [{ state: "asleep" }, "/state"],
    [{ replayFrom: "yesterday" }, "/replayFrom"],
    [{ replayFrom: { time: "yesterday" } }, "/replayFrom/time"],
    [{ replayFrom: { offsets: { first: "1" } } }, "/replayFrom"],
    [{ replayFrom: {} }, "/replayFrom"],
    [{ replayFrom: { time: "2026-01-01T00:00:00Z", offsets: {} } }, "/replayFrom"],
    [{ state: "paused", replayFrom: "earliest" }, ""],
    [{}, ""],
    [{ state: "paused", force: true }, "/force"],
  ] as const;

  for (const [body, pointer] of bodies) {
    const response = await steer(body);
    strictEqual(response.status, 422, JSON.stringify(body));
    const { errors } = await response.json();
    ok(errors[0].pointer.startsWith(pointer), `${JSON.stringify(body)}: ${errors[0].pointer}`);
  }
  deepStrictEqual(asked, []);
});

Deno.test("POST /bindings/{name} knows its bindings", async () => {
  const { app } = setUp();

  strictEqual((await post(app, "other", { state: "paused" })).status, 404);
});

for (
  const [error, status] of [
    [new BindingStateError("replay", "changes-in", "it is stopped"), 409],
    [new MissingFeatureError("changes-in", "rabbitmq", "replayable"), 409],
    [new RangeError("Cannot seek: there is no partition 9"), 422],
    [new SeekError("changes", "a handler is still running"), 503],
  ] as const
) {
  Deno.test(`a replay that ends with ${error.name} is answered ${status}`, async () => {
    const { steer } = setUp({ replay: () => Promise.reject(error) });

    const response = await steer({ replayFrom: "earliest" });

    strictEqual(response.status, status);
    match(response.headers.get("content-type") ?? "", /problem\+json/);
  });
}

Deno.test("bindings are in the OpenAPI document", async () => {
  const { app } = setUp();

  const { paths } = await (await app.request("/openapi.json")).json();

  deepStrictEqual(Object.keys(paths["/bindings/{name}"].post.responses), [
    "200",
    "400",
    "404",
    "409",
    "413",
    "415",
    "422",
    "503",
  ]);
});

const running: BindingStatus = {
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
  oldestUnfinishedMs: null,
  partitions: [0, 1],
};

function setUp(overrides: Partial<BindingControl> = {}) {
  let status = running;
  const asked: (string | StartPosition)[] = [];
  const app = createHttpApp({ title: "T", version: "1", logger: silentLogger });
  addBindingRoutes(app, {
    bindings: () => Promise.resolve([status]),
    health: () => [status],
    control(_name, command) {
      asked.push(command);
      if (command === "paused") status = { ...status, state: command };
      return Promise.resolve();
    },
    replay(_name, from) {
      asked.push(from);
      return Promise.resolve();
    },
    ...overrides,
  });
  return { app, asked, steer: (body: unknown) => post(app, "changes-in", body) };
}

function post(
  app: ReturnType<typeof createHttpApp>,
  name: string,
  body: unknown,
): Response | Promise<Response> {
  return app.request(`/bindings/${name}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
}
