/**
 * What every binder's entry takes: the contract of `binders/<name>/mod.ts`.
 *
 * Each entry exports `createBinder(options: BinderOptions): Binder`. Creating does no I/O and throws
 * `ConfigError` when its own variables are wrong; `bindProducer`, `bindConsumer` and `ping` connect.
 *
 * @module
 */

import type { Binder } from "../binder.ts";
import type { Logger } from "../logger.ts";
import type { MemoryBroker } from "./memory/broker.ts";

/** What a binder may know of its process. */
export interface BinderOptions {
  /** The environment, of which a binder reads only its own variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets what goes wrong and is tried again. */
  readonly logger: Logger;
  /** Names this process at the broker; unique per process. */
  readonly clientId: string;
  /** The broker of the memory binder, shared by those who are to hear each other. */
  readonly memory?: MemoryBroker;
}

/** Builds a binder without any I/O. */
export type CreateBinder = (options: BinderOptions) => Binder;
