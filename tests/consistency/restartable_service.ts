/**
 * A service process that keeps its address over a kill and a start.
 *
 * @module
 */

import { freePort } from "../../dev/services/free_port.ts";
import { type ServiceProcess, startServiceProcess } from "../support/processes.ts";
import type { ServiceFolder } from "../support/service_processes.ts";

const LOCAL = { AUTH: "open", HOST: "127.0.0.1", LOG_FORMAT: "json", SHUTDOWN_DELAY_MS: "0" };

/** One service. Disposing drains it. */
export class RestartableService implements AsyncDisposable {
  readonly url: string;
  readonly #folder: ServiceFolder;
  readonly #env: Readonly<Record<string, string>>;
  readonly #args: readonly string[] | undefined;
  #running: ServiceProcess | undefined;

  private constructor(
    folder: ServiceFolder,
    env: Readonly<Record<string, string>>,
    args: readonly string[] | undefined,
  ) {
    const port = freePort();
    this.#folder = folder;
    this.#args = args;
    this.#env = { ...LOCAL, ...env, PORT: String(port) };
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts it from the environment alone, by other arguments of `deno run` where given, and resolves when it listens. */
  static async start(
    folder: ServiceFolder,
    env: Readonly<Record<string, string>>,
    args?: readonly string[],
  ): Promise<RestartableService> {
    const service = new RestartableService(folder, env, args);
    await service.start();
    return service;
  }

  /** Starts it again after `kill()`. */
  async start(): Promise<void> {
    const args = this.#args ?? ["--permission-set=service", `${this.#folder}/main.ts`];
    this.#running ??= await startServiceProcess({
      args: ["run", "--quiet", "--no-prompt", ...args],
      env: this.#env,
      readyLine: /"url":"http/,
      // Ctrl-C ends the load; the services are still needed then.
      detached: true,
    });
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.kill9();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]();
  }
}
