/**
 * A conformance case: a promise as a sentence, and the code that fails when it is broken.
 *
 * @module
 */

import type { World } from "./world.ts";

/** Knows no broker. Throws when the promise is broken. */
export interface Case {
  readonly title: string;
  /** What the harness must be able to do to the binder. */
  readonly needs?: "crash";
  run(world: World): Promise<void>;
}
