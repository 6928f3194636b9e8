/**
 * A wall clock that steps on SIGUSR2, as one does that is set right: an hour ahead, back, an hour behind,
 * back. Timers and `performance.now()` go on as if nothing had happened, as they do there.
 *
 * @module
 */

const HOUR_MS = 3_600_000;
const OFFSETS = [0, HOUR_MS, 0, -HOUR_MS] as const;

/** Takes the place of this process's clock. */
export function installSteppingClock(): void {
  const RealDate = Date;
  let steps = 0;
  const now = () => RealDate.now() + (OFFSETS[steps % OFFSETS.length] ?? 0);

  class SteppingDate extends RealDate {
    constructor(...parts: [] | [number | string | Date]) {
      super(parts.length === 0 ? now() : parts[0]);
    }
    static override now = now;
  }
  globalThis.Date = SteppingDate as DateConstructor;
  Deno.addSignalListener("SIGUSR2", () => void (steps += 1));
}
