import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import { createLocalJWKSet, exportSPKI } from "jose";
import { accessTokenVerifier } from "./access_token_verifier.ts";
import { AccessTokenError, KeysUnavailableError } from "./errors.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const NOW_SECONDS = NOW / 1000;
const ours = await generateKeyPair("ES256", { extractable: true });
const others = await generateKeyPair("ES256");
const publicJwk = { ...await exportJWK(ours.publicKey), kid: "k1", alg: "ES256", use: "sig" };
const findKey = createLocalJWKSet({ keys: [publicJwk] });
const verify = accessTokenVerifier({
  issuer: "https://issuer.example",
  audience: "licensing",
  clockSkewMs: 5000,
  findKey,
  now: () => NOW,
});

const good = {
  iss: "https://issuer.example",
  aud: ["licensing", "organization"],
  sub: "ana@ostock.example",
  exp: NOW_SECONDS + 60,
  scope: "licenses:read licenses:write",
  organizationId: "o1",
};

function sign(
  claims: Record<string, unknown> = {},
  { header = {}, key = ours.privateKey }: {
    header?: Partial<JWTHeaderParameters>;
    key?: CryptoKey | Uint8Array;
  } = {},
): Promise<string> {
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "k1", ...header })
    .sign(key);
}

function encode(value: unknown): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

Deno.test("a verifier says whom a token speaks for, and nothing that it does not know", async () => {
  deepStrictEqual(await verify(await sign({ email: "x" })), {
    subject: "ana@ostock.example",
    scopes: new Set(["licenses:read", "licenses:write"]),
    organizationId: "o1",
  });
});

Deno.test("a verifier accepts a token without scope and organization, which opens nothing", async () => {
  for (const scope of [undefined, ""]) {
    deepStrictEqual(await verify(await sign({ scope, organizationId: undefined })), {
      subject: "ana@ostock.example",
      scopes: new Set(),
      organizationId: undefined,
    });
  }
});

Deno.test("a verifier allows the clocks to differ as much as it was told", async () => {
  await verify(await sign({ exp: NOW_SECONDS - 4 }));
  await verify(await sign({ nbf: NOW_SECONDS + 4 }));

  await rejects(verify(await sign({ exp: NOW_SECONDS - 6 })), /has expired/);
  await rejects(verify(await sign({ nbf: NOW_SECONDS + 6 })), /is not valid yet/);
});

Deno.test("a verifier accepts the type of access tokens", async () => {
  for (const typ of ["JWT", "at+jwt", "application/at+jwt"]) {
    await verify(await sign({}, { header: { typ } }));
  }
});

const spki = new TextEncoder().encode(await exportSPKI(ours.publicKey));

const refused: readonly [title: string, token: string | Promise<string>, reason: RegExp][] = [
  ["no token", "", /cannot be verified/],
  ["text", "not.a.token", /cannot be verified/],
  ["another issuer", sign({ iss: "https://issuer.example/" }), /"iss"/],
  ["another audience", sign({ aud: "console" }), /"aud"/],
  ["no audience", sign({ aud: undefined }), /"aud"/],
  ["no end", sign({ exp: undefined }), /"exp"/],
  ["no subject", sign({ sub: undefined }), /"sub"/],
  ["a subject that breaks a line", sign({ sub: "a\nb" }), /"sub"/],
  ["a list for a scope", sign({ scope: ["licenses:read"] }), /"scope"/],
  ["a number for an organization", sign({ organizationId: 1 }), /"organizationId"/],
  ["an ID token's log-out", sign({}, { header: { typ: "logout+jwt" } }), /type/],
  ["the key of somebody else", sign({}, { key: others.privateKey }), /cannot be verified/],
  ["a key that is not known", sign({}, { header: { kid: "k2" } }), /cannot be verified/],
  ["the algorithm none", `${encode({ alg: "none" })}.${encode(good)}.`, /cannot be verified/],
  [
    "the public key as a shared secret",
    sign({}, { header: { alg: "HS256" }, key: spki }),
    /cannot be verified/,
  ],
  ["a critical extension", critical(), /cannot be verified/],
  ["more than eight thousand characters", sign({ more: "x".repeat(9000) }), /longer than 8192/],
];

/** A signature that asks for an extension that nobody knows. */
async function critical(): Promise<string> {
  const [, payload = "", signature = ""] = (await sign()).split(".");
  return [encode({ alg: "ES256", kid: "k1", crit: ["own"], own: 1 }), payload, signature].join(".");
}

for (const [title, token, reason] of refused) {
  Deno.test(`a verifier refuses ${title}`, async () => {
    await rejects(verify(await token), (error: unknown) => {
      return error instanceof AccessTokenError && reason.test(error.message);
    });
  });
}

Deno.test("a verifier does not blame the token for a key that is too short to be used", async () => {
  const short = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  );
  const jwk = { ...await exportJWK(short.publicKey), kid: "k1" };
  const broken = accessTokenVerifier({
    issuer: "https://issuer.example",
    audience: "licensing",
    clockSkewMs: 0,
    findKey: createLocalJWKSet({ keys: [jwk] }),
    now: () => NOW,
  });
  const signed = `${encode({ alg: "RS256", kid: "k1" })}.${encode(good)}`;
  const signature = await crypto.subtle.sign(
    "RSASSA-PKCS1-v1_5",
    short.privateKey,
    new TextEncoder().encode(signed),
  );

  await rejects(
    broken(`${signed}.${new Uint8Array(signature).toBase64({ alphabet: "base64url" })}`),
    KeysUnavailableError,
  );
});

Deno.test("a verifier checks the signature of a token once in a while, and its end each time", async () => {
  const clock = { now: NOW };
  let checks = 0;
  const counting = accessTokenVerifier({
    issuer: "https://issuer.example",
    audience: "licensing",
    clockSkewMs: 5000,
    findKey: (...args) => {
      checks += 1;
      return findKey(...args);
    },
    now: () => clock.now,
  });
  const token = await sign();

  for (const seconds of [0, 1, 29, 30, 59, 64]) {
    clock.now = NOW + seconds * 1000;
    await counting(token);
  }
  clock.now = NOW + 65_000;
  await rejects(counting(token), AccessTokenError);

  strictEqual(checks, 4);
});

Deno.test("a verifier remembers no token that it refused", async () => {
  const token = await sign({}, { key: others.privateKey });

  for (let time = 0; time < 2; time++) await rejects(verify(token), AccessTokenError);
});
