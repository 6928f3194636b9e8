/**
 * Both services as processes, started as in production.
 *
 * @module
 */

import { allowNet } from "../../tools/service_permissions.ts";
import { type ServiceProcess, startServiceProcess } from "./processes.ts";

/** A service that listens. */
export interface RunningService extends AsyncDisposable {
  readonly url: string;
  readonly process: ServiceProcess;
}

/** A service's name is its folder. */
export type ServiceFolder = "organization" | "licensing";

const LOCAL = {
  AUTH: "open",
  HOST: "127.0.0.1",
  PORT: "0",
  LOG_FORMAT: "json",
  SHUTDOWN_DELAY_MS: "0",
};

/** The permissions of `deno task start:…` with an environment. */
export function servicePermissions(
  folder: ServiceFolder,
  env: Readonly<Record<string, string>>,
): readonly string[] {
  return [`--permission-set=${folder}`, allowNet(folder, env)];
}

/** Starts a service as `deno task start:…` does, or a wrapper with permissions of its own. */
export async function startService(
  folder: ServiceFolder,
  env: Readonly<Record<string, string>>,
  wrapper?: readonly string[],
): Promise<RunningService> {
  const all = { ...LOCAL, ...env };
  const args = wrapper ?? [...servicePermissions(folder, all), `${folder}/main.ts`];
  const process = await startServiceProcess({
    args: ["run", "--quiet", "--no-prompt", ...args],
    env: all,
    readyLine: /"url":"http/,
  });
  const { url } = JSON.parse(process.readyLine);
  return { url, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}
