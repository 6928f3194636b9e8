/**
 * The services that `deno task dev` and `deno task ecs:local` start by themselves, in a process with
 * dependencies of its own: what containers need is nothing that they should have to download.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { spawnDeno } from "./child.ts";
import { firstLine } from "./first_line.ts";
import type { ServiceName } from "./services/service.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Running services and the environment that leads to them. Disposing stops them. */
export interface BrokerServices extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the services and waits until they serve. Throws when one cannot be had; the reason is on the terminal. */
export async function openBrokerServices(wanted: readonly ServiceName[]): Promise<BrokerServices> {
  const child = spawnDeno({
    args: [
      "run",
      "--quiet",
      `--config=${ROOT}tests/deno.json`,
      "--no-prompt",
      "--permission-set=services",
      `${ROOT}dev/services/main.ts`,
      ...wanted,
    ],
    stdout: "piped",
  });
  const line = await firstLine(child.stdout);
  if (line === undefined) {
    const { code } = await child.status;
    throw new Error(`Cannot start ${wanted.join(" and ")}: the starter ended with code ${code}`);
  }
  return {
    env: JSON.parse(line),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
