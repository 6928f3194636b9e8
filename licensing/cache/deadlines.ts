/**
 * One timer for the deadlines of many commands: one for each of them would be a tenth of what a read
 * costs the processor.
 *
 * @module
 */

/** Deadlines of one length. Disposing ends the timer; what is open then waits for its command alone. */
export interface Deadlines extends Disposable {
  /** Resolves as the command does. Rejects when it does not answer in time. */
  inTime<T>(command: Promise<T>): Promise<T>;
}

interface Wait {
  readonly until: number;
  giveUp(): void;
}

/** No deadlines yet. */
export function createDeadlines(ms: number): Deadlines {
  /** In the order of their ends, as all are of one length. */
  const waits = new Set<Wait>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function arm(): void {
    const [first] = waits;
    if (first === undefined || timer !== undefined) return;
    timer = setTimeout(look, Math.max(0, first.until - performance.now()));
  }

  function look(): void {
    const now = performance.now();
    const late = [...waits].filter(({ until }) => until <= now);
    // Where this process itself was held up, answers may be there and only wait to be read.
    timer = setTimeout(() => {
      timer = undefined;
      for (const wait of late) if (waits.delete(wait)) wait.giveUp();
      arm();
    });
  }

  return {
    inTime<T>(command: Promise<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        const wait: Wait = {
          until: performance.now() + ms,
          giveUp: () => reject(new Error(`Cannot reach Redis: no answer for ${ms} ms`)),
        };
        waits.add(wait);
        arm();
        command.then(resolve, reject).finally(() => waits.delete(wait));
      });
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      waits.clear();
    },
  };
}
