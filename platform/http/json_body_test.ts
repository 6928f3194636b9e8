import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Hono } from "hono";
import { jsonBody } from "./json_body.ts";
import { HttpError } from "./problem.ts";

function app(maxMs = 1000) {
  const app = new Hono();
  app.use(jsonBody({ maxBytes: 100, maxDepth: 5, maxMs }));
  app.post("/", async (c) => c.json(await c.req.json()));
  app.onError((error) => {
    if (error instanceof HttpError) return error.toResponse();
    throw error;
  });
  return app;
}

async function post(
  body: BodyInit,
  { headers = {}, maxMs }: { readonly headers?: Record<string, string>; readonly maxMs?: number } =
    {},
) {
  const response = await app(maxMs).request("/", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return { status: response.status, detail: (await response.json()).detail };
}

Deno.test("jsonBody() ends a request whose body does not come, and reads no more of it", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const slow = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
    cancel: (reason) => cancelled.resolve(reason),
  });

  const { status, detail } = await post(slow, { maxMs: 20 });

  strictEqual(status, 408);
  strictEqual(detail, "The body did not come within 20 ms");
  await cancelled.promise;
});

Deno.test("jsonBody() takes a client that left for its own fault", async () => {
  const torn = new ReadableStream({
    pull: (controller) => controller.error(new Error("the connection is gone")),
  });

  deepStrictEqual(await post(torn), { status: 400, detail: "The body ended too early" });
});

Deno.test("jsonBody() refuses a body that is compressed", async () => {
  const headers = { "content-encoding": "gzip" };

  deepStrictEqual(await post("{}", { headers }), {
    status: 415,
    detail: "The body must not be compressed",
  });
  strictEqual((await post("{}", { headers: { "content-encoding": "identity" } })).status, 200);
});
