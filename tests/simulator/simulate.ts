/**
 * The two things the simulator does with its threads: run many schedules, and hunt mutants.
 *
 * @module
 */

import { controls, mutants } from "./mutants.ts";
import type { Failure } from "./run_schedules.ts";
import { Tally } from "./tally.ts";
import type { Workers } from "./workers.ts";

/** How many schedules, from which seed on. */
export interface Range {
  readonly from: number;
  readonly count: number;
}

/** How far it came. */
export interface Progress {
  readonly schedules: number;
  readonly failures: number;
}

/** What came out of many schedules. */
export interface Simulated {
  readonly tally: Tally;
  /** The first of them. */
  readonly failures: readonly Failure[];
}

/** One mutant, and the schedule that killed it; none when it survived. */
export interface Hunted {
  readonly name: string;
  readonly isControl: boolean;
  readonly killer: Failure | undefined;
  /** How many schedules it took. */
  readonly schedules: number;
}

/** A thread's share at a time: some seconds of work. */
const CHUNK = 20_000;
/** Most mutants die soon. */
const FIRST_CHUNK = 1000;

/** Runs schedules on all threads. */
export async function simulate(
  workers: Workers,
  { from, count, onProgress }: Range & { readonly onProgress?: (progress: Progress) => void },
): Promise<Simulated> {
  const tally = new Tally();
  const failures: Failure[] = [];
  let next = 0;
  let done = 0;

  async function work(): Promise<void> {
    while (next < count) {
      const chunk = { from: from + next, count: Math.min(CHUNK, count - next) };
      next += chunk.count;
      const result = await workers.run(chunk);
      tally.merge(result.tally);
      failures.push(...result.failures);
      done += chunk.count;
      onProgress?.({ schedules: done, failures: failures.length });
    }
  }

  await Promise.all(Array.from({ length: workers.count }, work));
  return { tally, failures: failures.sort((a, b) => a.seed - b.seed) };
}

/**
 * Looks for a schedule that breaks each mutant. What is right must survive as many schedules as the
 * hardest mutant took.
 */
export async function huntMutants(
  workers: Workers,
  { from, count, onHunted }: Range & { readonly onHunted?: (hunted: Hunted) => void },
): Promise<Hunted[]> {
  async function hunt(name: string, limit: number): Promise<Hunted> {
    let [done, chunk] = [0, FIRST_CHUNK];
    let killer: Failure | undefined;
    while (done < limit && killer === undefined) {
      const size = Math.min(chunk, limit - done);
      const range = { from: from + done, count: size };
      const { failures } = await workers.run({ ...range, mutant: name, stopsAtFailure: true });
      killer = failures[0];
      done += killer === undefined ? size : killer.seed - range.from + 1;
      chunk = Math.min(CHUNK, 4 * chunk);
    }
    const isControl = controls.some((control) => control.name === name);
    const hunted = { name, isControl, killer, schedules: done };
    onHunted?.(hunted);
    return hunted;
  }

  const hunted = await Promise.all(mutants.map(({ name }) => hunt(name, count)));
  const hardest = Math.max(...hunted.map(({ schedules }) => schedules));
  return [...hunted, ...await Promise.all(controls.map(({ name }) => hunt(name, hardest)))];
}
