/**
 * What the scheduler wants done, and what happens to a service.
 *
 * @module
 */

import type { AlarmSettings, CircuitBreaker, Strategy, Task } from "./service_state.ts";

/** Starts a task; `taskStarted` says that it was. */
export interface StartTask {
  readonly type: "startTask";
  readonly deployment: string;
}

/** Stops a task. `failed` says that it was unhealthy, and not merely too many. */
export interface StopTask {
  readonly type: "stopTask";
  readonly task: string;
  readonly reason: string;
  readonly failed: boolean;
}

/** A decision about deployments alone: it is done once it is applied to the state. */
export type Decision =
  | { readonly type: "complete"; readonly deployment: string }
  | { readonly type: "fail"; readonly deployment: string; readonly reason: string }
  | { readonly type: "rollBack"; readonly from: string; readonly to: string }
  | { readonly type: "shiftTraffic"; readonly deployment: string; readonly percent: number }
  | { readonly type: "bake"; readonly deployment: string }
  | { readonly type: "forget"; readonly deployment: string };

/** What `reconcile` answers. */
export type Action = StartTask | StopTask | Decision;

/** Something that happened, or was decided, or was asked for. */
export type ServiceEvent =
  | StopTask
  | Decision
  | {
    readonly type: "taskStarted";
    readonly task: string;
    readonly deployment: string;
    readonly container: Task["container"];
    readonly target: Task["target"];
  }
  | { readonly type: "taskRunning"; readonly task: string }
  | {
    readonly type: "taskHealth";
    readonly task: string;
    readonly container?: Task["container"];
    readonly target?: Task["target"];
  }
  /** Gone. One that was not told to stop has failed. */
  | { readonly type: "taskStopped"; readonly task: string }
  | { readonly type: "deploy"; readonly deployment: string; readonly taskDefinition: string }
  /** One of the service's alarms went off. */
  | { readonly type: "alarm"; readonly name: string }
  | { readonly type: "configure"; readonly settings: Partial<ServiceSettings> };

/** What UpdateService changes without a new deployment. */
export interface ServiceSettings {
  readonly desiredCount: number;
  readonly strategy: Strategy;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker: CircuitBreaker;
  readonly alarms: AlarmSettings;
  readonly graceMs: number;
}
