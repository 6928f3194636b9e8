/**
 * What can be wrong with an access token, and with the keys that would tell.
 *
 * @module
 */

/** The token proves nothing. Another one may. */
export class AccessTokenError extends Error {
  /** How callers and logs know it. */
  override readonly name = "AccessTokenError";
  /** The same token is refused again. */
  readonly retriable = false;

  /** `reason` goes on behind "The access token", and may be shown to the caller. */
  constructor(readonly reason: string, options?: ErrorOptions) {
    super(`Cannot accept the access token: it ${reason}`, options);
  }
}

/** The issuer's keys are out of reach, so nobody can say whether the token is good. */
export class KeysUnavailableError extends Error {
  /** How callers and logs know it. */
  override readonly name = "KeysUnavailableError";
  /** The issuer may come back. */
  readonly retriable = true;

  /** `state` says what happened instead. */
  constructor(state: string, options?: ErrorOptions) {
    super(`Cannot read the issuer's keys: ${state}`, options);
  }
}

/** Another service's access token could not be had. */
export class TokenEndpointError extends Error {
  /** How callers and logs know it. */
  override readonly name = "TokenEndpointError";

  /** `retriable` is false where the client itself was refused. */
  constructor(
    state: string,
    readonly retriable: boolean,
    options?: ErrorOptions,
  ) {
    super(`Cannot get an access token: ${state}`, options);
  }
}
