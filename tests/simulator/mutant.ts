/**
 * A protocol that is broken on purpose.
 *
 * @module
 */

import type { WorldParts } from "./world.ts";

/** What is broken, in words and in a world. */
export interface Mutant {
  readonly name: string;
  readonly parts: WorldParts;
}
