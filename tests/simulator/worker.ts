/**
 * A thread that runs the schedules it is sent. `workers.ts` starts it.
 *
 * @module
 */

import { findMutant } from "./mutants.ts";
import { type RunOptions, type RunResult, runSchedules } from "./run_schedules.ts";

/** Which schedules, of which mutant if any. */
export interface Job extends Omit<RunOptions, "parts"> {
  readonly mutant?: string;
}

/** The result, or why there is none. */
export type JobResult = RunResult | { readonly error: string };

/** What a worker sees of its thread. */
interface Thread {
  onmessage: ((event: MessageEvent<Job>) => void) | null;
  postMessage(result: JobResult): void;
}

// The protocol makes errors all the time, whose stacks nobody reads.
Error.stackTraceLimit = 0;

const thread = self as unknown as Thread;

thread.onmessage = async ({ data: { mutant, ...options } }) => {
  try {
    const parts = mutant === undefined ? {} : findMutant(mutant)?.parts ?? {};
    thread.postMessage(await runSchedules({ ...options, parts }));
  } catch (error) {
    thread.postMessage({
      error: error instanceof Error ? error.stack ?? error.message : "unknown",
    });
  }
};
