/**
 * A conformance case: a promise as a sentence, and the code that fails when it is broken.
 *
 * @module
 */

import type { World } from "./world.ts";

/** Knows no broker. Throws when the promise is broken. */
export interface Case {
  /** The promise, as a sentence. */
  readonly title: string;
  /** What the harness must be able to do to the binder. */
  readonly needs?: "crash";
  /** Resolves when the promise held; disposing the world is the caller's. */
  run(world: World): Promise<void>;
}
