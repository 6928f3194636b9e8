/**
 * The organization service as a process of its own, with a SQLite file.
 *
 * @module
 */

import { type ServiceProcess, startServiceProcess } from "./processes.ts";

const ROOT = new URL("../..", import.meta.url);
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/;

/** As its image does. */
export const PRODUCTION_ARGS: readonly string[] = [
  "run",
  "--no-prompt",
  "-P=organization",
  "--allow-net",
  "organization/main.ts",
];

/** A folder where the service's permissions let it write. Disposing removes it. */
export interface DataFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty folder. */
export async function makeDataFolder(): Promise<DataFolder> {
  const data = new URL(".data", ROOT).pathname;
  await Deno.mkdir(data, { recursive: true });
  const path = await Deno.makeTempDir({ dir: data, prefix: "organization-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The environment of a service on Redis with its file in the folder. */
export function organizationEnv(
  { folder, redisUrl }: { folder: string; redisUrl: string },
): Record<string, string> {
  return {
    AUTH: "open",
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: `sqlite:${folder}/organization.sqlite`,
    MESSAGING_BINDER: "redis",
    REDIS_URL: redisUrl,
    SHUTDOWN_DELAY_MS: "0",
  };
}

/** Starts the service, from its own entry or another. */
export async function startOrganizationProcess(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = PRODUCTION_ARGS,
): Promise<{ readonly process: ServiceProcess; readonly url: string }> {
  const process = await startServiceProcess({ args, env, readyLine: ADDRESS });
  return { process, url: ADDRESS.exec(process.readyLine)?.[0] ?? "" };
}

/** Runs the service, with more arguments or none, to its end, which must come by itself. */
export async function runOrganizationToEnd(
  env: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<{ readonly code: number; readonly text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...PRODUCTION_ARGS, ...more],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
