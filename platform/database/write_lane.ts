/**
 * Runs one piece of work after another.
 *
 * @module
 */

/** Work in the order it came. */
export interface WriteLane {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses new work and resolves when the work there was has ended. */
  close(): Promise<void>;
}

/** Starts empty. Work that fails does not stop the work behind it. */
export function createWriteLane(): WriteLane {
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  return {
    run(work) {
      if (isClosed) return Promise.reject(new TypeError("Cannot write: the database is closed"));
      const result = last.then(work);
      last = result.catch(() => {
        // The caller has the error; the lane goes on.
      });
      return result;
    },
    async close() {
      isClosed = true;
      await last;
    },
  };
}
