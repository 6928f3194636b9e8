/**
 * How many handlers of one binding may run at once, shared fairly by its partitions.
 *
 * @module
 */

/** Somebody who starts a handler when there is a slot. */
export interface Starter {
  /** Starts one handler if it can; false when there is nothing to start. */
  startOne(): boolean;
}

/** Gives free slots to the waiting in turn. */
export class Slots {
  readonly #limit: number;
  #used = 0;
  #paused = false;
  #waiting: Starter[] = [];
  #sharing = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Handlers that run now. */
  get used(): number {
    return this.#used;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** A pause lets the running handlers end and starts no more. */
  set paused(paused: boolean) {
    this.#paused = paused;
    this.#share();
  }

  /** Asks for slots until `startOne` says that there is nothing to start. */
  want(starter: Starter): void {
    this.#line(starter);
    this.#share();
  }

  /** A starter that has gone wants nothing more. */
  forget(starter: Starter): void {
    this.#waiting = this.#waiting.filter((one) => one !== starter);
  }

  /** A handler ended. */
  free(): void {
    this.#used -= 1;
    this.#share();
  }

  /** Behind all others, and once. */
  #line(starter: Starter): void {
    if (!this.#waiting.includes(starter)) this.#waiting.push(starter);
  }

  #share(): void {
    // A handler that ends at once would call back into this loop.
    if (this.#sharing) return;
    this.#sharing = true;
    try {
      while (!this.#paused && this.#used < this.#limit) {
        const next = this.#waiting.shift();
        if (next === undefined) return;
        this.#used += 1;
        if (next.startOne()) this.#line(next);
        else this.#used -= 1;
      }
    } finally {
      this.#sharing = false;
    }
  }
}
