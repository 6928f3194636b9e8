/**
 * Who calls a service and what they may do: access tokens in, access tokens of its own.
 *
 * @module
 */

export { type Access, type AccessTable, judge, type Judgement, scopesOf } from "./access.ts";
export {
  accessTokenVerifier,
  type AccessTokenVerifierOptions,
  type VerifyAccessToken,
} from "./access_token_verifier.ts";
export {
  clientCredentials,
  type ClientCredentialsOptions,
  type ServiceTokens,
} from "./client_credentials.ts";
export { type Auth, authComponents, type AuthSettings, createAuth } from "./create_auth.ts";
export { AccessTokenError, KeysUnavailableError, TokenEndpointError } from "./errors.ts";
export type { Principal } from "./principal.ts";
export { type RemoteKeys, remoteKeys, type RemoteKeysOptions } from "./remote_keys.ts";
