import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { ConfigError, silentLogger } from "@cauce/messaging";
import { createHttpApp } from "./http/http_app.ts";
import { createReadiness } from "./readiness.ts";
import { named, openServer, type ServerOptions } from "./server.ts";

Deno.test("openServer() listens on a free port and is ready", async () => {
  const readiness = createReadiness();
  await using server = open({ readiness });

  strictEqual(readiness.ready, true);
  const response = await fetch(`${server.url}/`);
  strictEqual(await response.text(), "ok");
});

Deno.test("openServer() says in one line which port is taken and what to set", async () => {
  await using server = open({});

  throws(() => open({ port: server.port, portVariable: "LICENSING_PORT" }), (error: unknown) => {
    deepStrictEqual((error as ConfigError).problems, [
      `LICENSING_PORT: port ${server.port} is taken; set it to a free one`,
    ]);
    return error instanceof ConfigError;
  });
});

Deno.test("close() waits for open requests, then ends the parts in order, once", async () => {
  const steps: string[] = [];
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const server = open({
    app: {
      async fetch() {
        arrived.resolve();
        await release.promise;
        steps.push("answered");
        return new Response("late");
      },
    },
    stop: [partOf("sink", steps), partOf("store", steps)],
  });
  const answer = fetch(server.url).then((response) => response.text());
  await arrived.promise;

  const closed = [server.close(), server.close(), server[Symbol.asyncDispose]()];
  strictEqual(server.step, "open requests");
  release.resolve();
  await Promise.all(closed);

  strictEqual(await answer, "late");
  deepStrictEqual(steps, ["answered", "sink", "store"]);
});

Deno.test("close() ends event streams that listen to the readiness instead of waiting for them", async () => {
  const readiness = createReadiness();
  const server = open({
    readiness,
    app: {
      fetch: () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode("data: 1\n\n"));
              readiness.closing.addEventListener("abort", () => controller.close());
            },
          }),
        ),
    },
  });
  const response = await fetch(server.url);

  await Promise.all([server.close(), response.text()]);
});

Deno.test("close() ends every part although a client keeps back the rest of a request", async () => {
  const steps: string[] = [];
  const server = open({ stop: [partOf("store", steps)], lingerMs: 20 });
  using client = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await client.write(
    new TextEncoder().encode("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"),
  );
  await client.read(new Uint8Array(1000));

  await server.close();

  deepStrictEqual(steps, ["store"]);
});

Deno.test("close() ends every part, and rejects when one of them failed", async () => {
  const steps: string[] = [];
  const server = open({
    stop: [
      named("sink", { [Symbol.asyncDispose]: () => Promise.reject(new Error("stuck")) }),
      partOf("store", steps),
    ],
  });

  await rejects(server.close(), AggregateError);

  deepStrictEqual(steps, ["store"]);
});

Deno.test("a body of 10 MB is answered 413 over the wire, declared or chunked", async () => {
  const app = createHttpApp({ title: "T", version: "1", logger: silentLogger });
  app.post("/thing", (c) => c.text("taken"));
  await using server = open({ app });
  const body = new Uint8Array(10_000_000).fill(0x20);

  for (const each of [body, new Blob([body]).stream()]) {
    const response = await fetch(`${server.url}/thing`, {
      method: "POST",
      body: each,
      headers: { "content-type": "application/json" },
    });
    strictEqual(response.status, 413);
    strictEqual((await response.json()).title, "Content Too Large");
  }
});

function open(options: Partial<ServerOptions>) {
  return openServer({
    app: { fetch: () => new Response("ok") },
    host: "127.0.0.1",
    port: 0,
    readiness: createReadiness(),
    logger: silentLogger,
    ...options,
  });
}

function partOf(name: string, steps: string[]) {
  return named(name, {
    [Symbol.asyncDispose]() {
      steps.push(name);
      return Promise.resolve();
    },
  });
}
