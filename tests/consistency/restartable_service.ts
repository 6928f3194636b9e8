/**
 * A service process that keeps its address over a kill and a start.
 *
 * @module
 */

import { freePort } from "../../dev/services/free_port.ts";
import {
  type RunningService,
  type ServiceFolder,
  startService,
} from "../support/service_processes.ts";

/** One service. Disposing drains it. */
export class RestartableService implements AsyncDisposable {
  readonly url: string;
  readonly #folder: ServiceFolder;
  readonly #env: Readonly<Record<string, string>>;
  readonly #args: readonly string[] | undefined;
  #running: RunningService | undefined;

  private constructor(
    folder: ServiceFolder,
    env: Readonly<Record<string, string>>,
    args: readonly string[] | undefined,
  ) {
    const port = freePort();
    this.#folder = folder;
    this.#args = args;
    this.#env = { ...env, PORT: String(port) };
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
    this.#running ??= await startService(this.#folder, this.#env, this.#args);
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.process.kill9();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]();
  }
}
