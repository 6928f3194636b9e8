/**
 * A number that only grows, with its past: how high was it at a time?
 *
 * @module
 */

/** Remembers the past as far back as the horizon. */
export class Steps {
  /** In the order of time; versions grow. */
  readonly #steps: { readonly at: number; readonly version: number }[] = [];

  /** Notes that it was at least so high at a time. */
  raise(version: number, at: number): void {
    const steps = this.#steps;
    let place = steps.length;
    while (place > 0 && (steps[place - 1]?.at ?? 0) > at) place -= 1;
    if ((steps[place - 1]?.version ?? 0) >= version) return;
    let end = place;
    while (end < steps.length && (steps[end]?.version ?? Infinity) <= version) end += 1;
    steps.splice(place, end - place, { at, version });
  }

  /** How high it was at a time; 0 when that is not known. */
  at(time: number): number {
    const steps = this.#steps;
    for (let place = steps.length - 1; place >= 0; place -= 1) {
      const step = steps[place];
      if (step !== undefined && step.at <= time) return step.version;
    }
    return 0;
  }

  /** The highest ever. */
  get last(): number {
    return this.#steps.at(-1)?.version ?? 0;
  }

  /** Forgets how it was before a time, and keeps what it was then. */
  forgetBefore(time: number): void {
    const steps = this.#steps;
    while (steps.length > 1 && (steps[1]?.at ?? Infinity) <= time) steps.shift();
  }

  /** How many steps are remembered. */
  get size(): number {
    return this.#steps.length;
  }
}
