/**
 * What a fault case is. It knows no broker: whatever it needs of one, its world has.
 *
 * @module
 */

import type { Outcome } from "../../support/fault_scene.ts";
import type { FaultWorld } from "../../support/fault_worlds.ts";

/** One fault, and what must hold all the same. */
export interface FaultCase {
  /** The end of a sentence that begins with the broker's name. */
  readonly title: string;
  /** Deliveries that may go to a member which lost their partition without knowing; default none. */
  readonly mayBeFenced?: number;
  /** Rejects when the promise was broken. */
  run(world: FaultWorld): Promise<Outcome>;
}

/** Whether faults last as long as they are promised to be survived, and not just long enough to be felt. */
const isLong = Deno.env.has("TEST_LONG");

/** An outage: longer than every session, lease and deadline, so that nothing survives it by waiting. */
export const OUTAGE_MS = isLong ? 30_000 : 12_000;

/** A slow handler takes so many times the session's length. */
export const SLOW_SESSIONS = isLong ? 3 : 1.3;
