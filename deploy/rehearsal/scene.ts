/**
 * One scene of a rehearsal.
 *
 * @module
 */

import type { Stage } from "./stage.ts";

/** One scene. */
export interface Scene {
  readonly name: string;
  /** A control shows that the load would notice: requests must fail in it. */
  readonly isControl?: boolean;
  /** So many read at once, instead of as many as in other scenes. */
  readonly readers?: number;
  /** Before the load begins. */
  readonly prepare?: (stage: Stage) => Promise<void>;
  /** Under load. Returns what went wrong, or nothing. */
  readonly play: (stage: Stage) => Promise<string | undefined>;
  /** After the load. */
  readonly after?: (stage: Stage) => Promise<void>;
}
