/**
 * Runs the suite: one test per case.
 *
 * @module
 */

import type { Case } from "./case.ts";
import { cases } from "./cases.ts";
import type { BinderHarness } from "./harness.ts";
import { World, type WorldLayers } from "./world.ts";

/** Runs one case in a world of its own. */
export async function runCase(
  one: Case,
  harness: BinderHarness,
  layers: WorldLayers = {},
): Promise<void> {
  await using world = new World(harness, layers);
  await one.run(world);
}

/** Registers every case with `Deno.test`; what the harness cannot show is a line of its own. */
export function testBinder(
  harness: BinderHarness,
  options: { cases?: readonly Case[] } = {},
): void {
  for (const one of options.cases ?? cases) {
    if (one.needs === "crash" && typeof harness.crash === "string") {
      Deno.test(`${harness.name}: not shown here, since ${harness.crash}: ${one.title}`, () => {});
      continue;
    }
    // A broker client may keep timers and sockets of its own for a moment after its disposal.
    const lenient = { sanitizeOps: false, sanitizeResources: false };
    Deno.test({
      ...lenient,
      name: `${harness.name}: ${one.title}`,
      fn: () => runCase(one, harness),
    });
  }
}
