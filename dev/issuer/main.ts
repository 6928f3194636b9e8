// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * The issuer as a process of its own. Its first line is the environment, as JSON, of services that
 * trust it. It ends with its parent.
 *
 * @module
 */

import { onParentGone } from "../child.ts";
import { openIssuer } from "./issuer.ts";

const audience = Deno.env.get("AUTH_AUDIENCE");
const port = Number(Deno.env.get("ISSUER_PORT") || 8100);
const secret = crypto.randomUUID();

try {
  await using issuer = await openIssuer({
    port,
    audience: audience ? [audience] : ["organization", "licensing"],
    clients: {
      // For a person at the terminal: any scope, for any organization.
      dev: { secret: "dev" },
      licensing: { secret, scopes: ["organizations:read"] },
    },
  });
  console.log(JSON.stringify({
    DEV_TOKEN_URL: issuer.tokenUrl,
    AUTH_ISSUER: issuer.url,
    AUTH_JWKS_URL: issuer.jwksUrl,
    ORGANIZATION_TOKEN_URL: issuer.tokenUrl,
    ORGANIZATION_CLIENT_ID: "licensing",
    ORGANIZATION_CLIENT_SECRET: secret,
  }));
  const { promise: stop, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, resolve);
  void onParentGone(resolve);
  await stop;
} catch (error) {
  if (!(error instanceof Deno.errors.AddrInUse)) throw error;
  console.error(`ISSUER_PORT: port ${port} is taken; set it to a free one`);
  Deno.exit(78);
}
Deno.exit(0);
