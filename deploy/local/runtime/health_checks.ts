/**
 * A container's own health check: its command, again and again, by the rules of Docker.
 *
 * @module
 */

/** As in a task definition, in ms. */
export interface HealthCheckTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** So many failures in a row are one too many. */
  readonly retries: number;
  /** Failures do not count so long after the start, unless it was healthy before. */
  readonly startPeriodMs: number;
}

/** What is checked, and who is told. */
export interface HealthCheckOptions {
  readonly times: HealthCheckTimes;
  readonly check: (signal: AbortSignal) => Promise<boolean>;
  readonly onChange: (health: "healthy" | "unhealthy") => void;
  readonly signal: AbortSignal;
}

type Health = "unknown" | "healthy" | "unhealthy";

/** Checks until the signal. The first check comes one interval after the start. */
export async function runHealthChecks(options: HealthCheckOptions): Promise<void> {
  const { times, check, onChange, signal } = options;
  const begun = performance.now();
  let health: Health = "unknown";
  let failures = 0;
  while (true) {
    await sleep(times.intervalMs, signal);
    if (signal.aborted) return;
    const isOk = await check(AbortSignal.any([signal, AbortSignal.timeout(times.timeoutMs)]));
    if (signal.aborted) return;
    const isStarting = health === "unknown" && performance.now() - begun < times.startPeriodMs;
    failures = isOk || isStarting ? 0 : failures + 1;
    const next: Health = isOk ? "healthy" : failures >= times.retries ? "unhealthy" : health;
    if (next !== health && next !== "unknown") onChange(next);
    health = next;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
