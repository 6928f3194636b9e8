/**
 * What a binder brings to the conformance suite: a few lines.
 *
 * @module
 */

import type { Binder } from "../../binder.ts";

/** A binder under test. All its clients talk to one and the same broker. */
export interface BinderHarness {
  /** Stands before each test's name. */
  readonly name: string;
  /** Builds one more client, as another process would. The suite disposes it. */
  createBinder(): Binder | Promise<Binder>;
  /**
   * Cuts a client off as if its process had been killed: without goodbye, commit or hand-over.
   * Or the reason why this harness cannot; it is printed, and the case counts as not shown.
   */
  readonly crash: ((binder: Binder) => Promise<void>) | string;
  /** How long anything may take that the suite waits for; 30 s by default. */
  readonly patienceMs?: number;
}
