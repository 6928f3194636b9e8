/**
 * Runs the suite: one test per case.
 *
 * @module
 */

import type { Case } from "./case.ts";
import { cases } from "./cases.ts";
import type { BinderHarness } from "./harness.ts";
import { World, type WorldOptions } from "./world.ts";

/** A case waits a few times; one that hangs for so many times the patience has failed. */
const DEADLINES = 4;

/** Runs one case in a world of its own. */
export async function runCase(
  one: Case,
  harness: BinderHarness,
  options: WorldOptions = {},
): Promise<void> {
  const { patienceMs = 30_000 } = harness;
  const deadlineMs = patienceMs * DEADLINES;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Cannot end the case: it hangs for more than ${deadlineMs} ms`);
    timer = setTimeout(() => reject(error), deadlineMs);
  });
  await Promise.race([runInWorld(one, new World(harness, options)), late])
    .finally(() => clearTimeout(timer));
}

async function runInWorld(one: Case, opened: World): Promise<void> {
  await using world = opened;
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
