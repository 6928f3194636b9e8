/**
 * A container's health by the check in its definition.
 *
 * @module
 */

import { localCommand } from "../local_overrides.ts";
import { runHealthChecks } from "./health_checks.ts";
import type { ContainerPlan, RunningContainer } from "./runtime.ts";

/** Which container, and who is told. */
export interface WatchHealthOptions {
  readonly plan: ContainerPlan;
  readonly container: RunningContainer;
  /** How many times faster than on ECS checks follow each other. */
  readonly pace: number;
  readonly onChange: (health: "healthy" | "unhealthy") => void;
  readonly signal: AbortSignal;
}

/** Runs the check until the signal; does nothing where there is none. */
export async function watchHealth(options: WatchHealthOptions): Promise<void> {
  const { plan: { definition, place }, container, pace } = options;
  const { healthCheck } = definition;
  if (!healthCheck) return;
  const command = localCommand(definition, healthCheck.command, place);
  await runHealthChecks({
    ...options,
    times: {
      intervalMs: healthCheck.interval * 1000 / pace,
      timeoutMs: healthCheck.timeout * 1000,
      retries: healthCheck.retries,
      startPeriodMs: healthCheck.startPeriod * 1000 / pace,
    },
    check: (signal) => container.check(command, signal),
  });
}
