import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
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

Deno.test("close() lets a body that is arriving arrive, and answers it", async () => {
  const began = Promise.withResolvers<void>();
  const server = open({
    app: {
      async fetch(request) {
        began.resolve();
        return new Response(await request.text());
      },
    },
  });
  const rest = Promise.withResolvers<void>();
  const body = ReadableStream.from((async function* () {
    yield new TextEncoder().encode("first, ");
    await rest.promise;
    yield new TextEncoder().encode("last");
  })());
  const answer = fetch(server.url, { method: "POST", body });
  await began.promise;

  const closed = server.close();
  setTimeout(rest.resolve, 100);

  strictEqual(await (await answer).text(), "first, last");
  await closed;
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

const heads: readonly (readonly [what: string, lines: string])[] = [
  ["a header of 1 MB", `x: ${"a".repeat(1_000_000)}`],
  ["1000 headers", Array.from({ length: 1000 }, (_, index) => `x${index}: a`).join("\r\n")],
];

for (const [what, lines] of heads) {
  Deno.test(`a request with ${what} reaches no handler, and its connection ends`, async () => {
    let served = 0;
    await using server = open({
      app: {
        fetch() {
          served += 1;
          return new Response("ok");
        },
      },
    });

    const heard = await say(server.port, `GET / HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\n`);

    // The answer may be lost where the connection ends before all was sent.
    match(heard, /^(HTTP\/1\.1 400 [^]*)?$/);
    strictEqual(served, 0);
    strictEqual(await (await fetch(server.url)).text(), "ok");
  });
}

/** Says the text and returns what is heard until the connection ends. */
async function say(port: number, text: string): Promise<string> {
  using client = await Deno.connect({ hostname: "127.0.0.1", port });
  const writing = client.write(new TextEncoder().encode(text)).catch(() => {});
  const buffer = new Uint8Array(4096);
  let heard = "";
  while (true) {
    const length = await client.read(buffer).catch(() => null);
    if (length === null) break;
    heard += new TextDecoder().decode(buffer.subarray(0, length));
  }
  await writing;
  return heard;
}

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
