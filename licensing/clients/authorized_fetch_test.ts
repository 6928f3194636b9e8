import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { ServiceTokens } from "@cauce/platform/auth";
import { authorizedFetch } from "./authorized_fetch.ts";

/** A server that accepts one token, and tokens that are numbered. */
function open(accepted: string) {
  const seen: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ headers }) => {
    const authorization = headers.get("authorization") ?? "none";
    seen.push(authorization);
    return new Response("answer", { status: authorization === accepted ? 200 : 401 });
  });
  let number = 1;
  const tokens: ServiceTokens = {
    get: () => Promise.resolve(`t${number}`),
    discard: (token) => void (token === `t${number}` && number++),
  };
  const ask = async (given: ServiceTokens | undefined) => {
    const address = `http://127.0.0.1:${server.addr.port}`;
    const response = await authorizedFetch(given)(address, { headers: { accept: "text/plain" } });
    await response.text();
    return response.status;
  };
  return { seen, tokens, ask, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("authorizedFetch() shows the service's token", async () => {
  await using test = open("Bearer t1");

  strictEqual(await test.ask(test.tokens), 200);
  deepStrictEqual(test.seen, ["Bearer t1"]);
});

Deno.test("authorizedFetch() tries once more with another token when one is refused", async () => {
  await using test = open("Bearer t2");

  strictEqual(await test.ask(test.tokens), 200);
  deepStrictEqual(test.seen, ["Bearer t1", "Bearer t2"]);
});

Deno.test("authorizedFetch() does not try for ever", async () => {
  await using test = open("Bearer of another kind");

  strictEqual(await test.ask(test.tokens), 401);
  strictEqual(test.seen.length, 2);
});

Deno.test("authorizedFetch() shows nothing where there are no tokens", async () => {
  await using test = open("none");

  strictEqual(await test.ask(undefined), 200);
});

Deno.test("authorizedFetch() asks nothing without a token that it should have", async () => {
  await using test = open("none");
  const down = { ...test.tokens, get: () => Promise.reject(new Error("the issuer is down")) };

  await rejects(test.ask(down), /the issuer is down/);
  ok(test.seen.length === 0);
});
