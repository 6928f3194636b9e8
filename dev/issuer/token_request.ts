/**
 * A request for an access token by client credentials, and its answer (RFC 6749, 4.4).
 *
 * @module
 */

import type { JWTPayload } from "jose";

/** A program that may ask for tokens. */
export interface IssuerClient {
  readonly secret: string;
  /** What it may ask for. Without it, for anything, and in anybody's name. */
  readonly scopes?: readonly string[];
}

/** What answering takes. */
export interface TokenRequestOptions {
  readonly clients: Readonly<Record<string, IssuerClient>>;
  readonly sign: (claims: JWTPayload) => Promise<string>;
  readonly lifeSeconds: number;
}

/**
 * Answers with a token, as JSON, or as the bare text for `Accept: text/plain`. A client without
 * bounds may also name the token's `sub` and `organizationId`.
 */
export async function handleTokenRequest(
  request: Request,
  { clients, sign, lifeSeconds }: TokenRequestOptions,
): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const { id, secret } = credentialsOf(request.headers.get("authorization"));
  const client = Object.hasOwn(clients, id) ? clients[id] : undefined;
  if (client === undefined || client.secret !== secret) return refuse("invalid_client", 401);
  if (form.get("grant_type") !== "client_credentials") return refuse("unsupported_grant_type");
  const scope = form.get("scope") ?? "";
  const isInBounds = client.scopes === undefined ||
    scope.split(" ").every((one) => client.scopes?.includes(one));
  if (scope === "" || !isInBounds) return refuse("invalid_scope");

  const isBounded = client.scopes !== undefined;
  const organizationId = isBounded ? "" : form.get("organizationId") ?? "";
  const token = await sign({
    sub: isBounded ? id : form.get("sub") ?? id,
    scope,
    ...(organizationId !== "" && { organizationId }),
  });
  if (request.headers.get("accept") === "text/plain") return new Response(token);
  return Response.json({
    access_token: token,
    token_type: "Bearer",
    expires_in: lifeSeconds,
    scope,
  });
}

function credentialsOf(authorization: string | null): { id: string; secret: string } {
  const [, encoded = ""] = /^Basic ([\w+/]+=*)$/i.exec(authorization ?? "") ?? [];
  try {
    const [id = "", secret = ""] = atob(encoded).split(":").map(decodeURIComponent);
    return { id, secret };
  } catch {
    // Not base 64, or not what a form encodes: nobody.
    return { id: "", secret: "" };
  }
}

function refuse(error: string, status = 400): Response {
  return Response.json({ error }, { status });
}
