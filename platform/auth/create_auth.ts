/**
 * How a service finds out who calls, from its settings.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { accessTokenVerifier, type VerifyAccessToken } from "./access_token_verifier.ts";
import { remoteKeys } from "./remote_keys.ts";

/** `AUTH` and what belongs to it, as `commonSettings` reads them. */
export interface AuthSettings {
  readonly AUTH: "open" | "jwt";
  readonly AUTH_ISSUER?: string | undefined;
  readonly AUTH_AUDIENCE?: string | undefined;
  readonly AUTH_JWKS_URL?: string | undefined;
  readonly AUTH_CLOCK_SKEW_MS: number;
}

/** How callers are known. */
export type Auth =
  /** Not at all: anyone on this machine may do everything. */
  | { readonly mode: "open" }
  /** By their access tokens. */
  | {
    readonly mode: "jwt";
    readonly verify: VerifyAccessToken;
    /** Rejects when the issuer's keys could not be read the last time. */
    readonly check: () => Promise<void>;
  };

/** Reads no key before the first access token comes. Says so where anyone may call. */
export function createAuth(settings: AuthSettings, { logger }: { readonly logger: Logger }): Auth {
  if (settings.AUTH === "open") {
    logger.info("Answers anyone on this machine, and nobody else", { auth: "open" });
    return { mode: "open" };
  }
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URL: url } = settings;
  if (issuer === undefined || audience === undefined || url === undefined) {
    throw new TypeError("Cannot check access tokens: issuer, audience or keys are not given");
  }
  const { find, check } = remoteKeys({ url, logger });
  const clockSkewMs = settings.AUTH_CLOCK_SKEW_MS;
  return {
    mode: "jwt",
    verify: accessTokenVerifier({ issuer, audience, clockSkewMs, findKey: find }),
    check,
  };
}

/** What `/health` says of the issuer, where there is one. */
export function authComponents(auth: Auth): readonly { name: string; check(): Promise<void> }[] {
  return auth.mode === "jwt" ? [{ name: "issuer", check: auth.check }] : [];
}
