/**
 * Says whom an access token speaks for, or that it proves nothing.
 *
 * @module
 */

import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { AccessTokenError, KeysUnavailableError } from "./errors.ts";
import type { Principal } from "./principal.ts";
import { createTokenMemory } from "./token_memory.ts";

/** What a token must fit. */
export interface AccessTokenVerifierOptions {
  /** Its `iss`, to the letter. */
  readonly issuer: string;
  /** One of its `aud`. */
  readonly audience: string;
  /** How far the issuer's clock may be off. */
  readonly clockSkewMs: number;
  /** Finds the issuer's public key. */
  readonly findKey: JWTVerifyGetKey;
  /** In ms since the epoch. `Date.now` without it. */
  readonly now?: () => number;
}

/** Throws an `AccessTokenError`, or a `KeysUnavailableError` where nobody can tell. */
export type VerifyAccessToken = (token: string) => Promise<Principal>;

/** Signatures that only the holder of a private key can make: neither `none` nor a shared secret. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];
/** A token is read before anybody is known. */
const MAX_LENGTH = 8192;
/** Other types are for another use: an ID token's log-out, a proof of possession. */
const TYPES: ReadonlySet<string> = new Set(["jwt", "at+jwt"]);

const SCOPE = "[\\x21\\x23-\\x5b\\x5d-\\x7e]+";
const claimsSchema = z.object({
  sub: z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/),
  scope: z.string().max(4096).regex(new RegExp(`^(${SCOPE}( ${SCOPE})*)?$`)).optional(),
  organizationId: z.string().min(1).max(200).optional(),
});

/** Builds the check of one service. */
export function accessTokenVerifier(options: AccessTokenVerifierOptions): VerifyAccessToken {
  const { issuer, audience, clockSkewMs, findKey, now = Date.now } = options;
  const memory = createTokenMemory({ now });
  return async (token) => {
    const known = memory.find(token);
    if (known) return known;
    if (token.length > MAX_LENGTH) {
      throw new AccessTokenError(`is longer than ${MAX_LENGTH} characters`);
    }
    try {
      const { payload, protectedHeader } = await jwtVerify(token, findKey, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: clockSkewMs / 1000,
        requiredClaims: ["exp"],
        currentDate: new Date(now()),
      });
      if (!isAccessToken(protectedHeader.typ)) throw new AccessTokenError("has another type");
      const principal = toPrincipal(payload);
      memory.keep(token, { principal, endsAt: (payload.exp ?? 0) * 1000 + clockSkewMs });
      return principal;
    } catch (error) {
      throw toRefusal(error);
    }
  };
}

function isAccessToken(type: string | undefined): boolean {
  return type === undefined || TYPES.has(type.toLowerCase().replace(/^application\//, ""));
}

function toPrincipal(payload: JWTPayload): Principal {
  const { success, data, error } = claimsSchema.safeParse(payload);
  if (!success) {
    const name = String(error.issues[0]?.path[0]);
    throw new AccessTokenError(`has no "${name}" claim that can be used`);
  }
  const { sub, scope, organizationId } = data;
  return { subject: sub, scopes: new Set(scope ? scope.split(" ") : []), organizationId };
}

function toRefusal(cause: unknown): unknown {
  if (cause instanceof AccessTokenError || cause instanceof KeysUnavailableError) return cause;
  if (cause instanceof errors.JWTExpired) return new AccessTokenError("has expired", { cause });
  if (cause instanceof errors.JWTClaimValidationFailed) {
    const isEarly = cause.claim === "nbf" && cause.reason === "check_failed";
    if (isEarly) return new AccessTokenError("is not valid yet", { cause });
    return new AccessTokenError(`has not the "${cause.claim}" claim that is expected`, { cause });
  }
  if (cause instanceof errors.JOSEError) {
    return new AccessTokenError("cannot be verified", { cause });
  }
  // The token fits a key of the issuer that this process cannot use.
  return new KeysUnavailableError("one of them cannot be used", { cause });
}
