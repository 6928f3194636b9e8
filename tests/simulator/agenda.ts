/**
 * What is going to happen in a schedule, and the virtual time.
 *
 * @module
 */

/** Something that happens at a time. An agenda holds it once. */
export abstract class Task {
  /** Set by the agenda. */
  due = 0;
  /** Set by the agenda. */
  isPlanned = false;
  /** Whether no promise is settled and nothing begun that waits: what is next need not wait either. */
  readonly isQuiet: boolean = false;

  /** What happens. */
  abstract run(): void;
}

/** A quiet task. */
export function task(run: () => void): Task {
  return new QuietTask(run);
}

class QuietTask extends Task {
  readonly run: () => void;
  override readonly isQuiet: boolean = true;

  constructor(run: () => void) {
    super();
    this.run = run;
  }
}

/** Hands out tasks in the order of their time, which passes as they are taken. */
export class Agenda {
  /** In ms. */
  now = 0;
  /** The next one last; among those due at once, who came first is nearer to the end. */
  #tasks: Task[] = [];

  /** Forgets everything. */
  clear(now: number): void {
    this.now = now;
    for (const task of this.#tasks) task.isPlanned = false;
    this.#tasks.length = 0;
  }

  add(task: Task, delayMs: number): void {
    if (task.isPlanned) throw new RangeError("Cannot plan a task: it is planned already");
    const tasks = this.#tasks;
    const due = this.now + delayMs;
    task.isPlanned = true;
    task.due = due;
    // Most are due soon, so the way from the end is short.
    let at = tasks.length;
    tasks.push(task);
    for (; at > 0; at--) {
      const later = tasks[at - 1] as Task;
      if (later.due > due) break;
      tasks[at] = later;
    }
    tasks[at] = task;
  }

  /** The next task; undefined when there is none. */
  take(): Task | undefined {
    const next = this.#tasks.pop();
    if (next === undefined) return undefined;
    this.now = next.due;
    next.isPlanned = false;
    return next;
  }
}
