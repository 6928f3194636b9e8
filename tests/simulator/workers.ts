/**
 * Threads that share the schedules among themselves.
 *
 * @module
 */

import type { RunResult } from "./run_schedules.ts";
import type { Job, JobResult } from "./worker.ts";

/** Runs jobs, as many at a time as there are threads. */
export interface Workers extends Disposable {
  /** How many. */
  readonly count: number;
  /** Rejects when the simulator itself is broken. */
  run(job: Job): Promise<RunResult>;
}

interface Waiting {
  readonly job: Job;
  readonly done: PromiseWithResolvers<RunResult>;
}

/** Starts threads. */
export function openWorkers(count: number): Workers {
  const waiting: Waiting[] = [];
  const idle: Worker[] = [];
  const all = Array.from({ length: count }, () => {
    return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  });
  idle.push(...all);

  function next(): void {
    while (waiting.length > 0 && idle.length > 0) {
      const [{ job, done }, worker] = [waiting.shift() as Waiting, idle.pop() as Worker];
      worker.onmessage = ({ data }: MessageEvent<JobResult>) => {
        idle.push(worker);
        if ("error" in data) done.reject(new Error(`Cannot simulate: ${data.error}`));
        else done.resolve(data);
        next();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        done.reject(new Error(`Cannot simulate: ${event.message}`));
      };
      worker.postMessage(job);
    }
  }

  return {
    count,
    run(job) {
      const done = Promise.withResolvers<RunResult>();
      waiting.push({ job, done });
      next();
      return done.promise;
    },
    [Symbol.dispose]() {
      for (const worker of all) worker.terminate();
    },
  };
}
