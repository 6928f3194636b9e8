import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { clientCredentials } from "./client_credentials.ts";
import { TokenEndpointError } from "./errors.ts";

const SECRET = "s%cret: with everything/+";

/** An issuer whose tokens are numbered and live for a hundred seconds. */
function openIssuer(
  answer: (count: number) => Response = (count) =>
    Response.json({ access_token: `t${count}`, token_type: "Bearer", expires_in: 100 }),
) {
  const state = { now: 0, seen: [] as string[], isDown: false, requests: 0 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    state.requests += 1;
    const { authorization = "" } = Object.fromEntries(request.headers);
    state.seen = [await request.text(), authorization];
    return state.isDown ? new Response(null, { status: 503 }) : answer(state.requests);
  });
  const tokens = clientCredentials({
    tokenUrl: `http://127.0.0.1:${server.addr.port}/token`,
    clientId: "licensing:1",
    clientSecret: SECRET,
    scope: "organizations:read",
    now: () => state.now,
  });
  return { state, tokens, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("clientCredentials() asks once for all who wait, by name and secret, for its scope", async () => {
  await using issuer = openIssuer();

  const given = await Promise.all([issuer.tokens.get(), issuer.tokens.get()]);

  deepStrictEqual(given, ["t1", "t1"]);
  const [form = "", authorization = ""] = issuer.state.seen;
  deepStrictEqual(Object.fromEntries(new URLSearchParams(form)), {
    grant_type: "client_credentials",
    scope: "organizations:read",
  });
  const [id, secret] = atob(authorization.replace("Basic ", "")).split(":").map(decodeURIComponent);
  deepStrictEqual([id, secret], ["licensing:1", SECRET]);
});

Deno.test("clientCredentials() keeps a token until shortly before its end", async () => {
  await using issuer = openIssuer();
  const given = [await issuer.tokens.get()];

  issuer.state.now = 79_000;
  given.push(await issuer.tokens.get());
  issuer.state.now = 81_000;
  given.push(await issuer.tokens.get());

  deepStrictEqual(given, ["t1", "t1", "t2"]);
});

Deno.test("clientCredentials() goes on with a token that is still good while the issuer is down", async () => {
  await using issuer = openIssuer();
  await issuer.tokens.get();
  issuer.state.isDown = true;

  issuer.state.now = 90_000;
  const given = [await issuer.tokens.get(), await issuer.tokens.get()];

  deepStrictEqual(given, ["t1", "t1"]);
  strictEqual(issuer.state.requests, 2);
  issuer.state.now = 101_000;
  await rejects(issuer.tokens.get(), { name: "TokenEndpointError", retriable: true });
});

Deno.test("clientCredentials() asks for another token once one was refused", async () => {
  await using issuer = openIssuer();
  issuer.tokens.discard(await issuer.tokens.get());

  const second = await issuer.tokens.get();
  issuer.tokens.discard("t1");

  deepStrictEqual([second, await issuer.tokens.get()], ["t2", "t2"]);
});

const refused: readonly [title: string, answer: () => Response, state: RegExp][] = [
  [
    "a client that is not known",
    () => Response.json({ error: "invalid_client" }, { status: 401 }),
    /status 401, "invalid_client"/,
  ],
  [
    "an error that quotes the request",
    () => Response.json({ error: `no ${SECRET}` }, { status: 400 }),
    /status 400$/,
  ],
  [
    "a token of another type",
    () => Response.json({ access_token: "t", token_type: "DPoP" }),
    /another form/,
  ],
  ["text", () => new Response("t1"), /another form/],
  ["a redirection", () => Response.redirect("http://127.0.0.1:1/token"), /no answer/],
];

for (const [title, answer, state] of refused) {
  Deno.test(`clientCredentials() tells of ${title}, without the secret`, async () => {
    await using issuer = openIssuer(answer);

    await rejects(issuer.tokens.get(), (error: unknown) => {
      ok(error instanceof TokenEndpointError);
      return state.test(error.message) && !error.message.includes(SECRET);
    });
  });
}
