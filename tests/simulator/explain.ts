/**
 * The history of a schedule, for a person.
 *
 * @module
 */

import { runOne } from "./run_schedules.ts";
import type { Violation } from "./scene.ts";
import { type Failing, shrink } from "./shrink.ts";
import { World, type WorldParts } from "./world.ts";

/** What happened, a line an event. */
export interface Told {
  readonly violation: Violation | undefined;
  readonly operations: number;
  readonly history: readonly string[];
}

/** A schedule and, when it fails, the shortest one that fails in the same way. */
export interface Explained {
  readonly whole: Told;
  readonly shrunk: Told | undefined;
}

/** Runs a seed again and tells what happens. The same seed is told in the same way. */
export async function explain(seed: number, parts: WorldParts = {}): Promise<Explained> {
  const world = new World(parts);
  world.scene.choices.recordSeed(seed);
  const whole = await tell(world);
  const { violation } = whole;
  if (violation === undefined) return { whole, shrunk: undefined };

  const first = { tape: world.scene.choices.drawn, operations: whole.operations };
  const shortest = await shrink(first, async (tape): Promise<Failing | undefined> => {
    world.scene.choices.useTape(tape);
    await runOne(world, { tellsHistory: false });
    const { scene } = world;
    if (scene.violation?.invariant !== violation.invariant || scene.isResidue) return undefined;
    return { tape: scene.choices.drawn, operations: scene.operations };
  });
  world.scene.choices.useTape(shortest.tape);
  return { whole, shrunk: await tell(world) };
}

async function tell(world: World): Promise<Told> {
  await runOne(world, { tellsHistory: true });
  const { violation, operations, history = [] } = world.scene;
  return { violation, operations, history };
}
