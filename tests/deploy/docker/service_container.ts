/**
 * A service in a container of its image, as strictly as its task definition runs it.
 *
 * @module
 */

import { freePort } from "../../../dev/services/free_port.ts";
import { runCommand } from "../../../dev/services/run_command.ts";
import { watchContainer } from "../../../dev/services/containers/watch_container.ts";

/** What to run. */
export interface ServiceContainerOptions {
  /** Its ID. */
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A container that was started. Disposing removes it. */
export interface ServiceContainer extends AsyncDisposable {
  readonly url: string;
  /** What the engine says of its state. */
  state(): Promise<ContainerState>;
  log(): Promise<string>;
  /** The users that its processes run as. */
  users(): Promise<readonly string[]>;
  /** `docker stop` with the stop timeout of the task definitions; resolves once it is gone. */
  stop(): Promise<void>;
}

/** As `docker inspect` shows it, in part. */
export interface ContainerState {
  readonly ExitCode: number;
  readonly Health?: { readonly Status: string };
}

const STOP_TIMEOUT_S = 60;

/**
 * Starts a container whose root is read-only and which has no capabilities. It is on the machine's
 * network, where brokers and databases are, and checked every second.
 */
export async function startServiceContainer(
  { image, env }: ServiceContainerOptions,
): Promise<ServiceContainer> {
  const port = freePort();
  const all = { HOST: "127.0.0.1", PORT: String(port), ...env };
  const output = await runCommand([
    ...["docker", "run", "--detach", "--network=host", "--read-only", "--cap-drop=ALL"],
    ...["--security-opt=no-new-privileges", "--health-interval=1s"],
    ...Object.entries(all).map(([name, value]) => `--env=${name}=${value}`),
    image,
  ]);
  const id = output.trim();
  const watcher = watchContainer({ commandLine: ["docker"] }, id);
  return {
    url: `http://127.0.0.1:${port}`,
    async state() {
      return JSON.parse(await runCommand(["docker", "inspect", "--format={{json .State}}", id]));
    },
    // The service writes to both streams.
    log: () => runCommand(["sh", "-c", 'docker logs "$1" 2>&1', "sh", id]),
    async users() {
      const [, ...lines] = (await runCommand(["docker", "top", id, "-eo", "pid,uid"])).trim()
        .split("\n");
      return lines.map((line) => line.trim().split(/\s+/)[1] ?? "");
    },
    stop: async () => void await runCommand(["docker", "stop", "-t", String(STOP_TIMEOUT_S), id]),
    async [Symbol.asyncDispose]() {
      await runCommand(["docker", "rm", "--force", "--volumes", id]);
      await watcher.release();
    },
  };
}
