/**
 * The issuer of a test, and the settings by which a service trusts it.
 *
 * @module
 */

import { type Issuer, openIssuer } from "../../dev/issuer/issuer.ts";

/** Licensing's own name and secret at the issuer. */
export const LICENSING_CLIENT = { id: "licensing", secret: "secret of licensing" } as const;

/** Listens on a free port; its tokens are for both services. */
export function openTestIssuer(): Promise<Issuer> {
  return openIssuer({
    audience: ["organization", "licensing"],
    clients: {
      [LICENSING_CLIENT.id]: { secret: LICENSING_CLIENT.secret, scopes: ["organizations:read"] },
    },
  });
}

/** The environment of a service with `AUTH=jwt`. `at` is where the issuer is called, its own address without it. */
export function jwtSettings(
  service: "organization" | "licensing",
  { issuer, at = issuer.url }: { readonly issuer: Issuer; readonly at?: string },
): Record<string, string> {
  return {
    AUTH: "jwt",
    AUTH_ISSUER: issuer.url,
    AUTH_AUDIENCE: service,
    AUTH_JWKS_URL: `${at}/jwks.json`,
    ...(service === "licensing" && {
      ORGANIZATION_TOKEN_URL: `${at}/token`,
      ORGANIZATION_CLIENT_ID: LICENSING_CLIENT.id,
      ORGANIZATION_CLIENT_SECRET: LICENSING_CLIENT.secret,
    }),
  };
}

/** A token of the issuer for a person or program with these scopes. */
export function tokenOf(
  issuer: Issuer,
  { scopes, claims }: {
    readonly scopes: readonly string[];
    readonly claims?: Readonly<Record<string, unknown>> | undefined;
  },
): Promise<string> {
  return issuer.sign({ sub: "somebody", scope: scopes.join(" "), ...claims });
}
