import { ok } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { type Access, accessTokenVerifier, remoteKeys } from "@cauce/platform/auth";
import { createHttpApp } from "@cauce/platform/http";
import * as fc from "fast-check";
import { type Issuer, openIssuer } from "../../dev/issuer/issuer.ts";

const RUNS = Deno.env.get("TEST_LONG") === "1" ? 100_000 : 5_000;
const SCOPE = "organization:read";
const ACCESS: Access = { kind: "tenant", scope: SCOPE, everywhere: [] };

/** Calls the organization `a` with the header, and says what came. */
type Ask = (authorization: string) => Promise<number>;

async function openTarget(): Promise<{ issuer: Issuer; ask: Ask } & AsyncDisposable> {
  const issuer = await openIssuer({ audience: ["organization"], clients: {} });
  const { find } = remoteKeys({ url: issuer.jwksUrl, logger: silentLogger });
  const verify = accessTokenVerifier({
    issuer: issuer.url,
    audience: "organization",
    clockSkewMs: 0,
    findKey: find,
  });
  const app = createHttpApp({
    title: "T",
    version: "1",
    logger: silentLogger,
    access: {
      auth: { mode: "jwt", verify, check: () => Promise.resolve() },
      table: { "GET /organizations/{organizationId}": ACCESS },
    },
  });
  app.get("/organizations/:organizationId", (c) => c.text("served"));
  return {
    issuer,
    ask: async (authorization) =>
      (await app.request("/organizations/a", { headers: { authorization } })).status,
    [Symbol.asyncDispose]: () => issuer[Symbol.asyncDispose](),
  };
}

/** What a header may hold. */
const text = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
});
const part = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_=.+/ ".split("")), maxLength: 200 });
const json = fc.jsonValue({ maxDepth: 3 });

function encode(value: unknown): string {
  return new TextEncoder().encode(JSON.stringify(value))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** JOSE headers as nobody should send them. */
const header = fc.record({
  alg: fc.oneof(
    fc.constantFrom("none", "ES256", "HS256", "RS256", "EdDSA", "dir", "__proto__"),
    json,
  ),
  kid: json,
  crit: json,
  jwk: json,
  jku: fc.constant("http://127.0.0.1:1/keys"),
  b64: json,
  typ: json,
}, { requiredKeys: [] });

/** Mostly what is right, so that a wrong claim is seldom hidden behind another. */
function mostly<T>(right: T, ...others: readonly fc.Arbitrary<unknown>[]) {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(right) }, fc.oneof(...others, json));
}

const claims = fc.record({
  sub: mostly("ana"),
  scope: mostly(SCOPE, text),
  organizationId: mostly("a", fc.constant("b")),
  exp: mostly(4_000_000_000),
  nbf: mostly(0),
  aud: mostly("organization"),
});

Deno.test("no header that is no token lets anybody in, or makes the service fail", async () => {
  await using target = await openTarget();
  const headers = fc.oneof(
    text,
    part.map((token) => `Bearer ${token}`),
    fc.tuple(header, json, part).map(([header, payload, signature]) =>
      `Bearer ${encode(header)}.${encode(payload)}.${signature}`
    ),
  );

  await fc.assert(
    fc.asyncProperty(headers, async (authorization) => await target.ask(authorization) === 401),
    { numRuns: RUNS },
  );
});

Deno.test("a token that was changed anywhere is refused", async () => {
  await using target = await openTarget();
  const token = await target.issuer.sign({ sub: "ana", scope: SCOPE, organizationId: "a" });
  const place = fc.integer({ min: 0, max: token.length - 1 });
  const character = fc.constantFrom(..."abcdefXYZ0189-_".split(""));

  ok(await target.ask(`Bearer ${token}`) === 200);
  await fc.assert(
    fc.asyncProperty(place, character, async (index, other) => {
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      const status = await target.ask(`Bearer ${changed}`);
      return status === (sameBytes(changed, token) ? 200 : 401);
    }),
    { numRuns: RUNS },
  );
});

/** The last character of a part holds bits that mean nothing. */
function sameBytes(left: string, right: string): boolean {
  const bytes = (token: string) => token.split(".").map((part) => atob(toBase64(part)));
  try {
    return bytes(left).join("|") === bytes(right).join("|");
  } catch {
    return false;
  }
}

function toBase64(part: string): string {
  return part.replaceAll("-", "+").replaceAll("_", "/");
}

Deno.test("whatever the issuer signs opens what its claims say, and never makes the service fail", async () => {
  await using target = await openTarget();
  let served = 0;

  await fc.assert(
    fc.asyncProperty(claims, async (claims) => {
      const token = await target.issuer.sign(claims).catch(() => undefined);
      if (token === undefined) return true;
      const status = await target.ask(`Bearer ${token}`);
      const isRight = claims.sub !== undefined && claims.organizationId === "a" &&
        String(claims.scope).split(" ").includes(SCOPE);
      if (status === 200) served += 1;
      return status === 200 ? isRight : [401, 403, 404].includes(status);
    }),
    { numRuns: RUNS / 5 },
  );
  ok(served > 0);
});
