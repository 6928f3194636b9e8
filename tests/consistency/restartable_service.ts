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
  #running: RunningService | undefined;

  private constructor(folder: ServiceFolder, env: Readonly<Record<string, string>>) {
    const port = freePort();
    this.#folder = folder;
    this.#env = { ...env, PORT: String(port) };
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts it from the environment alone, and resolves when it listens. */
  static async start(
    folder: ServiceFolder,
    env: Readonly<Record<string, string>>,
  ): Promise<RestartableService> {
    const service = new RestartableService(folder, env);
    await service.start();
    return service;
  }

  /** Starts it again after `kill()`. */
  async start(): Promise<void> {
    this.#running ??= await startService(this.#folder, this.#env);
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.process.kill9();
  }

  /** What it said last, for whoever looks for a cause. */
  lastLines(count: number): readonly string[] {
    return this.#running?.process.lines.slice(-count) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]();
  }
}
