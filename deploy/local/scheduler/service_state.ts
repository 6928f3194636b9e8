/**
 * What the scheduler knows of one service. Start reading here: `reconcile.ts` decides what to do
 * about it, `apply_event.ts` says how it changes.
 *
 * @module
 */

/** A service with its deployments and tasks. Times are in ms of one clock. */
export interface ServiceState {
  readonly desiredCount: number;
  readonly strategy: Strategy;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker: CircuitBreaker;
  readonly alarms: AlarmSettings;
  /** How long after its start a task's failing health checks are ignored. */
  readonly graceMs: number;
  /** The primary one is first. */
  readonly deployments: readonly Deployment[];
  readonly tasks: readonly Task[];
}

/** How a new deployment takes over. */
export type Strategy =
  | { readonly type: "ROLLING" }
  /** Beside the old one: `steps` are shares of the traffic, the last is 100. */
  | { readonly type: "SHIFT"; readonly steps: readonly ShiftStep[] };

/** A share of the traffic for the new deployment, and how long it keeps it before the next. */
export interface ShiftStep {
  readonly percent: number;
  readonly bakeMs: number;
}

/** As `deploymentCircuitBreaker` says it, with its defaults filled in. */
export interface CircuitBreaker {
  readonly enable: boolean;
  readonly rollback: boolean;
  readonly resetOnHealthyTask: boolean;
  readonly threshold: {
    readonly type: "COUNT" | "BOUNDED_PERCENT" | "UNBOUNDED_PERCENT";
    readonly value: number;
  };
}

/** As `deploymentConfiguration` says it of alarms. */
export interface AlarmSettings {
  readonly enable: boolean;
  readonly rollback: boolean;
  /** How long alarms are still watched after the last old task of a rolling deployment is gone. */
  readonly bakeMs: number;
}

/** Which of the service's two target groups. */
export type TargetGroup = 0 | 1;

/** One version of the service on its way in, in place, or on its way out. */
export interface Deployment {
  readonly id: string;
  readonly taskDefinition: string;
  readonly status: "PRIMARY" | "ACTIVE";
  readonly rollout: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  readonly reason: string;
  /** Tasks that failed one after the other. */
  readonly failedTasks: number;
  readonly lastFailureAt?: number;
  /** The alarm that went off while it was on its way. */
  readonly alarm?: string;
  /** When all of its tasks were healthy and nobody else's was left. */
  readonly bakingSince?: number;
  /** When it last was complete: a rollback goes to the latest. */
  readonly completedAt?: number;
  /** It is primary again because another one failed; it is not rolled back in turn. */
  readonly isRollback: boolean;
  readonly targetGroup: TargetGroup;
  /** Its share of the traffic, in percent, and since when. */
  readonly traffic: number;
  readonly trafficSince: number;
}

/** One task. A stopped one is not in the state. */
export interface Task {
  readonly id: string;
  readonly deployment: string;
  /** `stopping` from when it was told to stop, its draining included. */
  readonly phase: "pending" | "running" | "stopping";
  readonly runningSince?: number;
  /** What the container's own health check says; `none` where the definition has none. */
  readonly container: "none" | "unknown" | "healthy" | "unhealthy";
  /** What the load balancer says; `none` where the service has none. */
  readonly target: "none" | "initial" | "healthy" | "unhealthy";
}

/** The deployment that tasks are started for. */
export function primaryOf({ deployments }: ServiceState): Deployment {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  if (!primary) throw new Error("Cannot find the primary deployment: the service has none");
  return primary;
}

/** The deployment that was complete last. */
export function lastCompleted(deployments: readonly Deployment[]): Deployment | undefined {
  return deployments
    .filter(({ completedAt }) => completedAt !== undefined)
    .toSorted((a, b) => (b.completedAt ?? 0) - (a.completedAt ?? 0))[0];
}

/** The deployment that a rollback would go to: the last that was complete, but for the primary. */
export function rollbackTarget(state: ServiceState): Deployment | undefined {
  const primary = primaryOf(state);
  return lastCompleted(state.deployments.filter(({ id }) => id !== primary.id));
}
