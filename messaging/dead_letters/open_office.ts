/**
 * Opens a dead-letter office with a binder of its own: for tools that are no application.
 *
 * @module
 */

import type { Binder } from "../binder.ts";
import { type BinderName, loadBinder } from "../binders/registry.ts";
import type { Env } from "../config.ts";
import type { Logger } from "../logger.ts";
import { createDeadLetterOffice, type DeadLetterOfficeOptions } from "./create_office.ts";
import type { DeadLetterOffice } from "./office.ts";

/** Which broker, and whose dead letters. */
export interface OpenOfficeOptions extends Omit<DeadLetterOfficeOptions, "binder"> {
  /** Which broker. */
  readonly binderName: BinderName;
  /** For the binder's own variables. */
  readonly env: Env;
  /** Gets what the binder has to say. */
  readonly logger: Logger;
}

/** An office and its binder; disposing it closes the binder. */
export interface OpenedOffice extends AsyncDisposable {
  /** Of use until it is disposed. */
  readonly office: DeadLetterOffice;
}

/** Loads the binder; nothing connects before a call. Throws `ConfigError` when its variables are wrong. */
export async function openDeadLetterOffice(options: OpenOfficeOptions): Promise<OpenedOffice> {
  const { binderName, env, logger } = options;
  const createBinder = await loadBinder(binderName);
  const clientId = `dlq-${crypto.randomUUID().slice(0, 8)}`;
  const binder: Binder = createBinder({ env, logger, clientId });
  return {
    office: createDeadLetterOffice({ ...options, binder: () => Promise.resolve(binder) }),
    [Symbol.asyncDispose]: () => binder[Symbol.asyncDispose](),
  };
}
