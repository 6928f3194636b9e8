/**
 * What is going to happen in a schedule, and the virtual time.
 *
 * @module
 */

/** Something that happens at a time. An agenda holds it once. */
export abstract class Task {
  /** Set by the agenda. */
  due = 0;
  /** Set by the agenda: who came first, among those due at once; -1 while it is not planned. */
  order = -1;
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
  #tasks: Task[] = [];
  #added = 0;

  /** Forgets everything. */
  clear(now: number): void {
    this.now = now;
    for (const task of this.#tasks) task.order = -1;
    this.#tasks.length = 0;
    this.#added = 0;
  }

  add(task: Task, delayMs: number): void {
    if (task.order !== -1) throw new RangeError("Cannot plan a task: it is planned already");
    task.due = this.now + delayMs;
    task.order = this.#added++;
    this.#tasks.push(task);
  }

  /** The next task; undefined when there is none. */
  take(): Task | undefined {
    const tasks = this.#tasks;
    let next = tasks[0];
    if (next === undefined) return undefined;
    let at = 0;
    for (let index = 1; index < tasks.length; index++) {
      const task = tasks[index] as Task;
      if (task.due < next.due || (task.due === next.due && task.order < next.order)) {
        next = task;
        at = index;
      }
    }
    const last = tasks.pop() as Task;
    if (last !== next) tasks[at] = last;
    this.now = next.due;
    next.order = -1;
    return next;
  }
}
