/**
 * A service's deployments as DescribeServiceDeployments tells them: what was asked for and what
 * became of it, in order.
 *
 * @module
 */

import type { ServiceEvent } from "../scheduler/action.ts";

/** One deployment that was asked for. */
export interface ServiceDeployment {
  readonly id: string;
  readonly taskDefinition: string;
  readonly createdAt: number;
  status: ServiceDeploymentStatus;
  reason: string;
  finishedAt?: number;
  /** The deployment that it was rolled back to. */
  rolledBackTo?: string;
}

/** As the API names them. */
export type ServiceDeploymentStatus =
  | "IN_PROGRESS"
  | "SUCCESSFUL"
  | "STOPPED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_SUCCESSFUL"
  | "ROLLBACK_FAILED";

const OPEN: readonly ServiceDeploymentStatus[] = ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS"];

/** Writes the history. */
export interface DeploymentHistory {
  /** The latest last. */
  readonly all: readonly ServiceDeployment[];
  note(event: ServiceEvent): void;
}

/** Creates an empty history. */
export function createDeploymentHistory(): DeploymentHistory {
  const all: ServiceDeployment[] = [];
  const now = () => Date.now() / 1000;

  function finish(deployment: ServiceDeployment, status: ServiceDeploymentStatus, reason: string) {
    Object.assign(deployment, { status, reason, finishedAt: now() });
  }

  return {
    all,
    note(event) {
      const open = all.findLast(({ status }) => OPEN.includes(status));
      if (event.type === "deploy") {
        if (open) finish(open, "STOPPED", `Replaced by deployment ${event.deployment}.`);
        all.push({
          id: event.deployment,
          taskDefinition: event.taskDefinition,
          createdAt: now(),
          status: "IN_PROGRESS",
          reason: "",
        });
      }
      if (event.type === "rollBack") {
        // Its failure was noted just before; it goes on as a rollback.
        const failed = all.findLast(({ id }) => id === event.from);
        if (!failed) return;
        failed.status = "ROLLBACK_IN_PROGRESS";
        failed.rolledBackTo = event.to;
        delete failed.finishedAt;
      }
      if (!open) return;
      if (event.type === "fail") {
        const status = open.status === "IN_PROGRESS" ? "STOPPED" : "ROLLBACK_FAILED";
        finish(open, status, event.reason);
      }
      if (event.type === "complete") {
        const isRollback = open.status === "ROLLBACK_IN_PROGRESS";
        finish(open, isRollback ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL", open.reason);
      }
    },
  };
}
