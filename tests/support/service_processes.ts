/**
 * Both services as processes, started as in production.
 *
 * @module
 */

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

/** The permissions of `deno task start:…`, and the file to run where the service has a wrapper. */
export async function startService(
  folder: ServiceFolder,
  env: Readonly<Record<string, string>>,
  wrapper?: readonly string[],
): Promise<RunningService> {
  const args = wrapper ?? ["--permission-set=service", `${folder}/main.ts`];
  const process = await startServiceProcess({
    args: ["run", "--quiet", "--no-prompt", ...args],
    env: { ...LOCAL, ...env },
    readyLine: /"url":"http/,
  });
  const { url } = JSON.parse(process.readyLine);
  return { url, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}
