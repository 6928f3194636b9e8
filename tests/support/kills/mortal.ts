/**
 * A process that is killed again and again, and comes back each time.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import type { ServiceProcess } from "../processes.ts";

/** What a process does in the system. */
export type MortalKind = "organization" | "licensing" | "effects";

/** A process and its later lives. Disposing drains the last of them. */
export class Mortal implements AsyncDisposable {
  readonly kind: MortalKind;
  readonly name: string;
  readonly #start: () => Promise<ServiceProcess>;
  #life: Promise<ServiceProcess>;
  #isReady = false;
  #failure: unknown;

  constructor(
    { kind, name, start }: {
      readonly kind: MortalKind;
      readonly name: string;
      readonly start: () => Promise<ServiceProcess>;
    },
  ) {
    this.kind = kind;
    this.name = name;
    this.#start = start;
    this.#life = this.#begin();
  }

  /** Whether it works. Throws when it could not start. */
  get isReady(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#isReady;
  }

  /** Resolves when it is ready to work; rejects when it could not start. */
  async ready(): Promise<ServiceProcess> {
    return await this.#life;
  }

  /** Kills it at once, and resolves with its id when it is gone. Rejects if it ended by itself before. */
  async kill(): Promise<number> {
    const process = await this.#life;
    this.#isReady = false;
    await process.kill9();
    const { signal } = await process.status;
    strictEqual(signal, "SIGKILL", `${this.name} ended by itself\n${process.lines.join("\n")}`);
    return process.pid;
  }

  /** Starts the next life; `ready()` tells when it works. */
  restart(): void {
    this.#life = this.#begin();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#life.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  #begin(): Promise<ServiceProcess> {
    const life = this.#start();
    life.then(() => this.#isReady = true, (error) => this.#failure = error);
    return life;
  }
}
