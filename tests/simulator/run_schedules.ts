/**
 * Runs many schedules in one thread, some of them at a time.
 *
 * A step of a schedule is taken when nothing in it can go on by itself. The event loop would say when
 * that is, and takes longer to say so than a look-up takes. So every schedule is given more turns than
 * the longest chain of promises in it needs; were that too few once, the next step would come a
 * little early, as it may in a process, and at the same point in each run of that seed.
 *
 * @module
 */

import type { Violation } from "./scene.ts";
import { Tally } from "./tally.ts";
import { World, type WorldParts } from "./world.ts";

/** A schedule that broke an invariant. */
export interface Failure {
  readonly seed: number;
  readonly violation: Violation;
}

/** Which schedules, and of what. */
export interface RunOptions {
  /** The seed of the first schedule; the others follow. */
  readonly from: number;
  readonly count: number;
  /** What is broken on purpose. */
  readonly parts?: WorldParts;
  /** Begin no more schedules after the first that fails. */
  readonly stopsAtFailure?: boolean;
}

/** What came out. */
export interface RunResult {
  readonly tally: Tally;
  /** The first of them, in the order of their seeds. */
  readonly failures: readonly Failure[];
}

/** More would crowd each other out of the processor's caches. */
const AT_ONCE = 12;
/** Ten do: with more nothing comes out otherwise. */
const TURNS = 12;
const MOST_FAILURES = 20;

/** Runs schedules with seeds that follow one another. */
export async function runSchedules(
  { from, count, parts = {}, stopsAtFailure = false }: RunOptions,
): Promise<RunResult> {
  const tally = new Tally();
  const failures: Failure[] = [];
  const running: World[] = [];
  const seeds: number[] = [];
  let next = 0;

  function begin(index: number): boolean {
    const isOver = next >= count || (stopsAtFailure && failures.length > 0);
    const world = running[index] as World;
    if (isOver) return false;
    seeds[index] = from + next++;
    world.scene.choices.useSeed(seeds[index] as number);
    world.begin();
    return true;
  }

  /** Returns whether the place is taken by another schedule. */
  function end(index: number): boolean {
    const { scene } = running[index] as World;
    tally.add(scene);
    if (scene.violation !== undefined && !scene.isResidue && failures.length < MOST_FAILURES) {
      failures.push({ seed: seeds[index] as number, violation: scene.violation });
    }
    return begin(index);
  }

  for (let index = 0; index < Math.min(AT_ONCE, count); index++) {
    running.push(new World(parts));
    begin(index);
  }
  while (running.length > 0) {
    for (let index = 0; index < running.length; index++) {
      if ((running[index] as World).step() || end(index)) continue;
      // The last one takes the free place, and its turn comes now.
      const [world, seed] = [running.pop(), seeds.pop()];
      if (index === running.length) break;
      [running[index], seeds[index]] = [world as World, seed as number];
      index -= 1;
    }
    await everythingElse();
  }
  return { tally, failures: failures.sort((a, b) => a.seed - b.seed) };
}

/** One schedule, with choices that are set already, and its history. */
export async function runOne(
  world: World,
  { tellsHistory }: { readonly tellsHistory: boolean },
): Promise<void> {
  world.scene.history = tellsHistory ? [] : undefined;
  world.begin();
  while (world.step()) await everythingElse();
}

/** Lets every promise that is settled, and what follows from it, have its turn. */
async function everythingElse(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
}
