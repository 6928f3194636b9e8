/**
 * A small issuer of access tokens for development and tests: its keys are made at its start, and it
 * listens on this machine only.
 *
 * @module
 */

import { exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import { handleTokenRequest, type IssuerClient } from "./token_request.ts";

/** What an issuer is made of. */
export interface IssuerOptions {
  /** Whom its tokens are for. */
  readonly audience: readonly string[];
  /** By their ids. */
  readonly clients: Readonly<Record<string, IssuerClient>>;
  /** A free one without it. */
  readonly port?: number;
}

/** An issuer that listens. */
export interface Issuer extends AsyncDisposable {
  /** Its tokens' `iss`. */
  readonly url: string;
  readonly jwksUrl: string;
  readonly tokenUrl: string;
  /** The public key as PEM, by which its tokens are checked. */
  readonly publicKey: string;
  /** Signs claims as they are: `iss`, `aud` and `exp` only where they are not given. */
  sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Partial<JWTHeaderParameters>,
  ): Promise<string>;
}

const ALGORITHM = "ES256";
/** How long a token lives where nothing else is said. */
const LIFE_SECONDS = 3600;

/** Makes a key and listens. */
export async function openIssuer(options: IssuerOptions): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const kid = crypto.randomUUID();
  const jwk = { ...await exportJWK(publicKey), kid, alg: ALGORITHM, use: "sig" };

  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    onListen() {},
  }, async (request) => {
    const { pathname, hostname } = new URL(request.url);
    // A page elsewhere may lead a browser here by a name of its own.
    if (hostname !== "127.0.0.1") return refuse(421);
    if (pathname === "/jwks.json" && request.method === "GET") {
      return Response.json({ keys: [jwk] });
    }
    if (pathname !== "/token") return refuse(404);
    if (request.method !== "POST") return refuse(405);
    return await handleTokenRequest(request, {
      clients: options.clients,
      sign: (claims) => sign({ exp: secondsFromNow(LIFE_SECONDS), ...claims }),
      lifeSeconds: LIFE_SECONDS,
    });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;

  function sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Partial<JWTHeaderParameters>,
  ): Promise<string> {
    return new SignJWT({
      iss: url,
      aud: [...options.audience],
      exp: secondsFromNow(LIFE_SECONDS),
      iat: secondsFromNow(0),
      ...claims,
    })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: "at+jwt", ...header })
      .sign(privateKey);
  }

  return {
    url,
    jwksUrl: `${url}/jwks.json`,
    tokenUrl: `${url}/token`,
    publicKey: await exportSPKI(publicKey),
    sign,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

function refuse(status: number): Response {
  return new Response(null, { status });
}
