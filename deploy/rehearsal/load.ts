/**
 * Load that counts each request that fails.
 *
 * @module
 */

/** What came of the load. */
export interface LoadReport {
  readonly total: number;
  readonly failed: number;
  /** How often each reason. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Load that goes on until it is stopped. */
export interface Load {
  readonly total: number;
  stop(): Promise<LoadReport>;
}

/** Who asks what: `request` rejects where the request failed. */
export interface LoadOptions {
  readonly workers: readonly (() => Promise<void>)[];
  /** Between two requests of a worker. */
  readonly pauseMs: number;
}

/** Starts the workers; each makes one request after the other. */
export function startLoad({ workers, pauseMs }: LoadOptions): Load {
  const reasons: Record<string, number> = {};
  let [total, failed, isStopped] = [0, 0, false];
  const running = Promise.all(workers.map(async (request) => {
    while (!isStopped) {
      try {
        await request();
      } catch (error) {
        failed += 1;
        const reason = error instanceof Error ? error.message : String(error);
        reasons[reason] = (reasons[reason] ?? 0) + 1;
      }
      total += 1;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }));
  return {
    get total() {
      return total;
    },
    async stop() {
      isStopped = true;
      await running;
      return { total, failed, reasons };
    },
  };
}
