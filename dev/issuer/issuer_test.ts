import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { createLocalJWKSet, jwtVerify } from "jose";
import { openIssuer } from "./issuer.ts";

function open() {
  return openIssuer({
    audience: ["licensing"],
    clients: {
      dev: { secret: "dev" },
      licensing: { secret: "a:b%", scopes: ["organizations:read"] },
    },
  });
}

function ask(
  url: string,
  form: Record<string, string>,
  { as, accept = "application/json" }: { as: readonly [string, string]; accept?: string },
): Promise<Response> {
  const credentials = btoa(as.map(encodeURIComponent).join(":"));
  return fetch(url, {
    method: "POST",
    headers: { accept, authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: "client_credentials", ...form }),
  });
}

async function claimsOf(jwksUrl: string, token: string) {
  const keys = createLocalJWKSet(await (await fetch(jwksUrl)).json());
  const { payload } = await jwtVerify(token, keys);
  const { exp: _exp, iat: _iat, ...claims } = payload;
  return claims;
}

Deno.test("the issuer gives a program a token of its own, checked by the keys it publishes", async () => {
  await using issuer = await open();

  const response = await ask(
    issuer.tokenUrl,
    { scope: "organizations:read", organizationId: "o1", sub: "ana" },
    { as: ["licensing", "a:b%"] },
  );
  const { access_token, token_type, expires_in } = await response.json();

  deepStrictEqual([token_type, expires_in], ["Bearer", 3600]);
  deepStrictEqual(await claimsOf(issuer.jwksUrl, access_token), {
    iss: issuer.url,
    aud: ["licensing"],
    sub: "licensing",
    scope: "organizations:read",
  });
});

Deno.test("the issuer gives a person at the terminal whatever token is needed, as bare text", async () => {
  await using issuer = await open();

  const response = await ask(
    issuer.tokenUrl,
    { scope: "licenses:read licenses:write", organizationId: "o1", sub: "ana" },
    { as: ["dev", "dev"], accept: "text/plain" },
  );

  const claims = await claimsOf(issuer.jwksUrl, await response.text());
  deepStrictEqual([claims.sub, claims["scope"], claims["organizationId"]], [
    "ana",
    "licenses:read licenses:write",
    "o1",
  ]);
});

const refused: readonly [
  title: string,
  as: readonly [string, string],
  form: Record<string, string>,
  error: string,
][] = [
  ["an unknown program", ["nobody", "x"], { scope: "a" }, "invalid_client"],
  ["a name of every object", ["toString", ""], { scope: "a" }, "invalid_client"],
  ["a wrong secret", ["licensing", "x"], { scope: "organizations:read" }, "invalid_client"],
  [
    "a scope out of bounds",
    ["licensing", "a:b%"],
    { scope: "a organizations:read" },
    "invalid_scope",
  ],
  ["no scope", ["dev", "dev"], {}, "invalid_scope"],
  ["another way", ["dev", "dev"], { grant_type: "password" }, "unsupported_grant_type"],
];

for (const [title, as, form, error] of refused) {
  Deno.test(`the issuer refuses ${title}`, async () => {
    await using issuer = await open();

    const response = await ask(issuer.tokenUrl, form, { as });

    strictEqual(response.ok, false);
    deepStrictEqual(await response.json(), { error });
  });
}

Deno.test("the issuer answers to its own name only, whatever else leads a browser here", async () => {
  await using issuer = await open();
  const { hostname, port } = new URL(issuer.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });

  const request = "GET /jwks.json HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();

  match(answer, /^HTTP\/1\.1 421/);
});
