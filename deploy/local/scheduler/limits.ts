/**
 * The numbers that ECS documents: how many tasks there must and may be, how many may fail, and when
 * a task counts as healthy.
 *
 * @module
 */

import type { Deployment, ServiceState, Task } from "./service_state.ts";

/** Bounds of `BOUNDED_PERCENT`. */
const [LOWEST_THRESHOLD, HIGHEST_THRESHOLD] = [3, 200];

/** Without any health check a task counts as healthy after it ran for so long. */
const SETTLED_AFTER_MS = 40_000;

/** After so many failures in a row, each further start waits, twice as long each time. */
const UNHURRIED_FAILURES = 10;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** At least so many tasks stay healthy: the percentage, rounded up. */
export function healthyMinimum({ desiredCount, minimumHealthyPercent }: ServiceState): number {
  return Math.ceil(desiredCount * minimumHealthyPercent / 100);
}

/** At most so many tasks are pending or running: the percentage, rounded down. */
export function totalMaximum({ desiredCount, maximumPercent }: ServiceState): number {
  return Math.floor(desiredCount * maximumPercent / 100);
}

/** A deployment fails once so many of its tasks failed. */
export function failureThreshold({ desiredCount, circuitBreaker }: ServiceState): number {
  const { type, value } = circuitBreaker.threshold;
  if (type === "COUNT") return value;
  const share = Math.max(1, Math.ceil(desiredCount * value / 100));
  if (type === "UNBOUNDED_PERCENT") return share;
  return Math.min(Math.max(share, LOWEST_THRESHOLD), HIGHEST_THRESHOLD);
}

/** Whether a task counts towards the minimum: every health check that it has says so. */
export function isHealthy(task: Task, now: number): boolean {
  if (task.phase !== "running") return false;
  if (task.container === "none" && task.target === "none") {
    return now - (task.runningSince ?? now) >= SETTLED_AFTER_MS;
  }
  return (task.container === "none" || task.container === "healthy") &&
    (task.target === "none" || task.target === "healthy");
}

/** Whether a task is to be replaced: a health check fails, and its grace is over. */
export function isUnhealthy(task: Task, { graceMs }: ServiceState, now: number): boolean {
  if (task.phase !== "running" || now - (task.runningSince ?? now) < graceMs) return false;
  return task.container === "unhealthy" || task.target === "unhealthy";
}

/** Whether a deployment whose tasks keep failing has to wait before its next start. */
export function isThrottled({ failedTasks, lastFailureAt = 0 }: Deployment, now: number): boolean {
  if (failedTasks < UNHURRIED_FAILURES) return false;
  const pauseMs = Math.min(1000 * 2 ** (failedTasks - UNHURRIED_FAILURES), LONGEST_PAUSE_MS);
  return now - lastFailureAt < pauseMs;
}
