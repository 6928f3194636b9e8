import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { openTcpProxy } from "./tcp_proxy.ts";
import { until } from "./until.ts";

Deno.test("openTcpProxy() passes bytes in both directions", async () => {
  await using world = await openWorld();

  strictEqual(await world.ask("one"), "one!");
});

Deno.test("freeze() is silent: nothing passes, nothing closes, and heal() lets it go on", async () => {
  await using world = await openWorld();
  await world.ask("one");

  world.proxy.freeze();
  let answer: string | undefined;
  const asking = world.ask("two").then((text) => answer = text);
  // Proves that nothing comes: without the freeze the answer takes a millisecond.
  await new Promise((resolve) => setTimeout(resolve, 100));
  strictEqual(answer, undefined);
  strictEqual(world.proxy.connections(), 1);
  world.proxy.heal();

  strictEqual(await asking, "two!");
});

Deno.test("cut() ends open connections and new ones until heal()", async () => {
  await using world = await openWorld();
  await world.ask("one");

  world.proxy.cut();
  await rejects(() => world.ask("two"));
  await world.reconnect();
  await rejects(() => world.ask("three"));
  world.proxy.heal();
  await world.reconnect();

  strictEqual(await world.ask("four"), "four!");
});

Deno.test("delay() holds each direction back and keeps the order", async () => {
  await using world = await openWorld();

  world.proxy.delay(50);
  const begun = performance.now();
  strictEqual(await world.ask("one"), "one!");

  ok(performance.now() - begun >= 95);
});

Deno.test("dropNextResponse() lets the request arrive and loses its answer", async () => {
  await using world = await openWorld();
  await world.ask("one");

  world.proxy.dropNextResponse((request) => new TextDecoder().decode(request) === "two");
  strictEqual(await world.ask("other"), "other!");
  await rejects(() => world.ask("two"));
  await until(
    () => world.received.includes("two"),
    "the request at the server",
  );
  await world.reconnect();

  strictEqual(await world.ask("three"), "three!");
  deepStrictEqual(world.received, ["one", "other", "two", "three"]);
});

/** A server that answers each chunk with itself and a mark, a proxy before it, and a client. */
async function openWorld() {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const received: string[] = [];
  const serving = (async () => {
    for await (const connection of server) void answer(connection, received);
  })();
  const proxy = openTcpProxy({ targetPort: server.addr.port });
  let client = await connect(proxy.port);
  return {
    proxy,
    received,
    async ask(text: string): Promise<string> {
      await client.write(new TextEncoder().encode(text));
      const buffer = new Uint8Array(100);
      const count = await client.read(buffer);
      if (count === null) throw new Error("Cannot read: the connection ended");
      return new TextDecoder().decode(buffer.subarray(0, count));
    },
    async reconnect(): Promise<void> {
      client.close();
      client = await connect(proxy.port);
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await proxy[Symbol.asyncDispose]();
      server.close();
      await serving;
    },
  };
}

function connect(port: number): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port });
}

async function answer(
  connection: Deno.TcpConn,
  received: string[],
): Promise<void> {
  const buffer = new Uint8Array(100);
  try {
    for (let count; (count = await connection.read(buffer)) !== null;) {
      const text = new TextDecoder().decode(buffer.subarray(0, count));
      received.push(text);
      await connection.write(new TextEncoder().encode(`${text}!`));
    }
    connection.close();
  } catch {
    // The proxy closed it, which is what these tests are about.
  }
}
