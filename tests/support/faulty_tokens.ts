/**
 * Access tokens with one fault each, as somebody would make them who wants in.
 *
 * @module
 */

import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import type { Issuer } from "../../dev/issuer/issuer.ts";
import type { TokenFault } from "../../tools/access_matrix.ts";

/** The value of the `Authorization` header; undefined for none. */
export type Authorization = string | undefined;

const MINUTE = 60;

/** Makes the fault of a token that would else be good for the claims. */
export async function faultyAuthorization(
  fault: TokenFault,
  { issuer, claims }: {
    readonly issuer: Issuer;
    readonly claims: Readonly<Record<string, unknown>>;
  },
): Promise<Authorization> {
  const now = Math.floor(Date.now() / 1000);
  switch (fault) {
    case "none":
      return undefined;
    case "scheme":
      return `Basic ${btoa("ana:secret")}`;
    case "text":
      return "Bearer hello";
    case "issuer":
      return await bearer(issuer.sign({ ...claims, iss: "https://issuer.example" }));
    case "audience":
      return await bearer(issuer.sign({ ...claims, aud: "console" }));
    case "expired":
      return await bearer(issuer.sign({ ...claims, exp: now - MINUTE }));
    case "early":
      return await bearer(issuer.sign({ ...claims, nbf: now + MINUTE }));
    case "alg none":
      return await bearer(withoutSignature(issuer.sign(claims)));
    case "HS256":
      return await bearer(withSharedSecret(issuer.sign(claims), issuer.publicKey));
    case "kid":
      return await bearer(issuer.sign(claims, { kid: "another" }));
    case "forged":
      return await bearer(withForeignKey(issuer.sign(claims)));
    case "no sub":
      return await bearer(issuer.sign({ ...claims, sub: undefined }));
    case "no end":
      return await bearer(issuer.sign({ ...claims, exp: undefined }));
    case "long":
      return await bearer(issuer.sign({ ...claims, more: "x".repeat(9000) }));
  }
}

async function bearer(token: Promise<string>): Promise<string> {
  return `Bearer ${await token}`;
}

async function withoutSignature(token: Promise<string>): Promise<string> {
  const { payload } = parts(await token);
  return `${encode({ alg: "none", typ: "JWT" })}.${payload}.`;
}

/** A check that trusts the token's own `alg` takes the published key for the secret. */
async function withSharedSecret(token: Promise<string>, publicKey: string): Promise<string> {
  const { kid, claims } = parts(await token);
  const secret = new TextEncoder().encode(publicKey);
  return await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid }).sign(secret);
}

/** The header brings its own key along, in case somebody trusts it. */
async function withForeignKey(token: Promise<string>): Promise<string> {
  const { kid, claims } = parts(await token);
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  return await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid, jwk }).sign(privateKey);
}

function parts(token: string) {
  const [header = "", payload = ""] = token.split(".");
  const { kid } = decode(header) as { kid: string };
  return { kid, payload, claims: decode(payload) as JWTPayload };
}

function decode(part: string): unknown {
  return JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(part, { alphabet: "base64url" })),
  );
}

function encode(value: unknown): string {
  return new TextEncoder().encode(JSON.stringify(value))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}
