/**
 * The issuer of access tokens that `AUTH=jwt deno task dev` starts where no other is named. It is a
 * process of its own, so that tokens stay good when the services start anew.
 *
 * @module
 */

import { spawnDeno } from "./child.ts";
import { firstLine } from "./first_line.ts";

/** A running issuer and the environment that leads to it. Disposing stops it. */
export interface LocalIssuer extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** True where callers must be known and nobody says by whose keys. */
export function wantsIssuer(env: Readonly<Record<string, string | undefined>>): boolean {
  return env["AUTH"] === "jwt" && !env["AUTH_JWKS_URL"];
}

/** Starts the issuer. Throws where it cannot; the reason is on the terminal. */
export async function openLocalIssuer(): Promise<LocalIssuer> {
  const child = spawnDeno({
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--allow-env=AUTH_AUDIENCE,ISSUER_PORT",
      "dev/issuer/main.ts",
    ],
    stdout: "piped",
  });
  const line = await firstLine(child.stdout);
  if (line === undefined) {
    const { code } = await child.status;
    throw new Error(`Cannot start the issuer: it ended with code ${code}`);
  }
  return { env: JSON.parse(line), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
