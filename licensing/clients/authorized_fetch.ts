/**
 * `fetch` with an access token of this service.
 *
 * @module
 */

import type { ServiceTokens } from "@cauce/platform/auth";

/** As much of `fetch` as the client uses. */
export type Fetch = (
  address: string,
  options: RequestInit & { readonly headers: Readonly<Record<string, string>> },
) => Promise<Response>;

/**
 * Without tokens it is `fetch`. With them, a request that is refused with 401 is made once more with
 * another token: the issuer may have withdrawn the first one before its end.
 */
export function authorizedFetch(tokens: ServiceTokens | undefined): Fetch {
  if (tokens === undefined) return fetch;
  return async (address, options) => {
    const token = await tokens.get();
    const response = await fetch(address, withToken(options, token));
    if (response.status !== 401) return response;
    await response.body?.cancel();
    tokens.discard(token);
    return await fetch(address, withToken(options, await tokens.get()));
  };
}

function withToken(options: Parameters<Fetch>[1], token: string): RequestInit {
  return { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } };
}
