/**
 * A service process that keeps its address over a kill and a start.
 *
 * @module
 */

import { freePort } from "../../dev/services/free_port.ts";
import { type ServiceProcess, startServiceProcess } from "../support/processes.ts";
import { type ServiceFolder, servicePermissions } from "../support/service_processes.ts";

const LOCAL = { AUTH: "open", HOST: "127.0.0.1", LOG_FORMAT: "json", SHUTDOWN_DELAY_MS: "0" };

/** How it is started. */
export interface RestartableOptions {
  /** Beside what every service on this machine needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments of `deno run` instead of the service's own permissions and `main.ts`. */
  readonly args?: readonly string[] | undefined;
}

/** One service. Disposing drains it. */
export class RestartableService implements AsyncDisposable {
  readonly url: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #args: readonly string[];
  #running: ServiceProcess | undefined;

  private constructor(folder: ServiceFolder, { env, args }: RestartableOptions) {
    const port = freePort();
    this.#env = { ...LOCAL, ...env, PORT: String(port) };
    this.#args = args ?? [...servicePermissions(folder, this.#env), `${folder}/main.ts`];
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts it from the environment alone, and resolves when it listens. */
  static async start(
    folder: ServiceFolder,
    options: RestartableOptions,
  ): Promise<RestartableService> {
    const service = new RestartableService(folder, options);
    await service.start();
    return service;
  }

  /** Starts it again after `kill()`. */
  async start(): Promise<void> {
    this.#running ??= await startServiceProcess({
      args: ["run", "--quiet", "--no-prompt", ...this.#args],
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
