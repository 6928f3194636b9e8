import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { Logger } from "@cauce/messaging";
import { silentLogger } from "@cauce/messaging";
import { createRoute, z } from "@hono/zod-openapi";
import { createHttpApp } from "./http_app.ts";
import { HttpError } from "./problem.ts";
import { problemResponses } from "./problem_schema.ts";
import type { RequestObservation } from "./request_observer.ts";

Deno.test("a valid request reaches its handler", async () => {
  const response = await post('{"name":"abc"}');

  strictEqual(response.status, 201);
  deepStrictEqual(await response.json(), { id: "1", name: "abc" });
  strictEqual(response.headers.get("x-content-type-options"), "nosniff");
  strictEqual(response.headers.get("cache-control"), "no-cache");
});

const refused: readonly {
  readonly title: string;
  readonly body: BodyInit | null;
  readonly type?: string | null;
  readonly path?: string;
  readonly status: number;
}[] = [
  { title: "JSON that ends early", body: '{"name":', status: 400 },
  { title: "an empty JSON body", body: "", status: 400 },
  { title: "no body at all", body: null, type: null, status: 400 },
  { title: "bytes that are not UTF-8", body: new Uint8Array([0x22, 0xff, 0x22]), status: 400 },
  { title: "33 levels", body: "[".repeat(33) + "]".repeat(33), status: 400 },
  { title: "60,000 levels", body: "[".repeat(30_000) + "]".repeat(30_000), status: 400 },
  {
    title: "another type",
    body: "name=abc",
    type: "application/x-www-form-urlencoded",
    status: 415,
  },
  { title: "another charset", body: "{}", type: "application/json; charset=utf-16", status: 415 },
  { title: "a body without a type", body: new Uint8Array([0x7b, 0x7d]), type: null, status: 415 },
  { title: "64 KiB and a byte", body: " ".repeat(65_537), status: 413 },
  { title: "a chunked body that is too large", body: chunks(70_000), status: 413 },
  {
    title: "a path that breaks its schema",
    body: '{"name":"a"}',
    path: "/thing/123456",
    status: 404,
  },
  { title: "U+0000 in a path", body: '{"name":"a"}', path: "/thing/%00", status: 404 },
];

for (const { title, body, type = "application/json", path = "/thing/1", status } of refused) {
  Deno.test(`${title} is answered ${status} as a problem document`, async () => {
    const response = await post(body, { type, path });

    await assertProblem(response, status);
  });
}

Deno.test("a body that breaks its schema is answered 422 with a pointer to each field", async () => {
  const response = await post('{"name":"toolong","x/y":1,"tags":["a",2]}');

  const { errors } = await assertProblem(response, 422);
  deepStrictEqual(errors.map(({ pointer }: { pointer: string }) => pointer), [
    "/name",
    "/tags/1",
    "/x~1y",
  ]);
});

Deno.test("text that no database can store is answered 422 with a pointer", async () => {
  const response = await post('{"name":"a\\u0000","tags":["\\ud800"]}');

  const { errors } = await assertProblem(response, 422);
  deepStrictEqual(errors.map(({ pointer }: { pointer: string }) => pointer), ["/name", "/tags/0"]);
});

Deno.test("a query that breaks its schema is answered 422 with its parameter", async () => {
  const { errors } = await assertProblem(await testApp().request("/thing?color=mauve"), 422);

  strictEqual(errors[0].parameter, "color");
});

Deno.test("an unknown path is answered 404", async () => {
  await assertProblem(await testApp().request("/nothing"), 404);
});

Deno.test("a known path with another method is answered 405 and says which there are", async () => {
  const response = await testApp().request("/thing/1", { method: "DELETE", body: "x" });

  await assertProblem(response, 405);
  strictEqual(response.headers.get("allow"), "POST");
});

Deno.test("an address that is a route's own allows what that route does, not what a pattern does", async () => {
  const app = testApp();
  app.get("/letters/:id", (c) => c.text("one"));
  app.post("/letters/replay", (c) => c.text("all"));

  const allowed = ["/letters/replay", "/letters/1"].map(async (path) =>
    (await app.request(path, { method: "DELETE" })).headers.get("allow")
  );

  deepStrictEqual(await Promise.all(allowed), ["POST", "GET, HEAD"]);
});

Deno.test("an unexpected error is answered 500 without details, and logged with them", async () => {
  const logged: Record<string, unknown>[] = [];
  const logger: Logger = {
    ...silentLogger,
    error: (_message, fields) => logged.push(fields ?? {}),
  };
  const response = await testApp({ logger }).request("/boom", {
    headers: { "x-correlation-id": "c1" },
  });

  const problem = await assertProblem(response, 500);
  strictEqual(JSON.stringify(problem).includes("secret"), false);
  strictEqual((logged[0]?.error as Error).message, "secret detail");
  strictEqual(logged[0]?.correlationId, "c1");
});

Deno.test("an HttpError thrown anywhere becomes its problem, with its members and headers", async () => {
  const response = await testApp().request("/gone");

  const problem = await assertProblem(response, 404);
  strictEqual(problem.version, 7);
  strictEqual(response.headers.get("etag"), '"7"');
});

Deno.test("the observer gets the route's pattern, not the path", async () => {
  const seen: RequestObservation[] = [];
  const app = testApp({ observeRequest: (observation) => seen.push(observation) });

  await app.request("/thing/1", { method: "POST", body: "{", headers: JSON_HEADERS });
  await app.request("/nothing");

  deepStrictEqual(seen.map(({ method, route, status }) => ({ method, route, status })), [
    { method: "POST", route: "/thing/:id", status: 400 },
    { method: "GET", route: "unmatched", status: 404 },
  ]);
});

Deno.test("/openapi.json describes routes and problems in OpenAPI 3.1", async () => {
  const document = await (await testApp().request("/openapi.json")).json();

  strictEqual(document.openapi, "3.1.0");
  strictEqual(document.info.title, "Things");
  const answers = document.paths["/thing/{id}"].post.responses;
  deepStrictEqual(answers["404"].content["application/problem+json"].schema, {
    $ref: "#/components/schemas/Problem",
  });
  strictEqual(document.components.schemas.Problem.type, "object");
});

Deno.test("/docs and all it loads come from this server", async () => {
  const app = testApp();
  const html = await (await app.request("/docs")).text();
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");

  strictEqual(links.length, 3);
  for (const link of links) {
    match(link, /^\/docs\//);
    const response = await app.request(link);
    strictEqual(response.status, 200);
    strictEqual((await response.text()).length > 50, true);
  }
});

const JSON_HEADERS = { "content-type": "application/json" };

function testApp(options: Partial<Parameters<typeof createHttpApp>[0]> = {}) {
  const app = createHttpApp({ title: "Things", version: "1", logger: silentLogger, ...options });
  const create = createRoute({
    method: "post",
    path: "/thing/{id}",
    request: {
      params: z.object({ id: z.string().max(5) }),
      body: {
        required: true,
        content: {
          "application/json": {
            schema: z.strictObject({
              name: z.string().max(3),
              tags: z.array(z.string()).optional(),
            }),
          },
        },
      },
    },
    responses: { 201: { description: "Created" }, ...problemResponses(404, 422) },
  });
  app.openapi(
    create,
    (c) => c.json({ id: c.req.valid("param").id, ...c.req.valid("json") }, 201),
  );
  const list = createRoute({
    method: "get",
    path: "/thing",
    request: { query: z.object({ color: z.enum(["red"]).optional() }) },
    responses: { 200: { description: "All" } },
  });
  app.openapi(list, (c) => c.json([], 200));
  app.get("/boom", () => {
    throw new Error("secret detail");
  });
  app.get("/gone", () => {
    throw new HttpError(404, { extensions: { version: 7 }, headers: { etag: '"7"' } });
  });
  return app;
}

function post(
  body: BodyInit | null,
  { type = "application/json", path = "/thing/1" }: {
    type?: string | null;
    path?: string;
  } = {},
) {
  return testApp().request(path, {
    method: "POST",
    body,
    headers: type === null ? {} : { "content-type": type },
  });
}

function chunks(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(left, 1_000);
      left -= size;
      if (size === 0) controller.close();
      else controller.enqueue(new Uint8Array(size).fill(0x20));
    },
  });
}

async function assertProblem(response: Response, status: number) {
  strictEqual(response.status, status);
  strictEqual(response.headers.get("content-type"), "application/problem+json");
  strictEqual(response.headers.get("cache-control"), "no-store");
  const problem = await response.json();
  strictEqual(problem.status, status);
  match(problem.title, /^[A-Z]/);
  return problem;
}
