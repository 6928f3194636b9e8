/**
 * Follows one deployment of a service to its end, and tells what happens on the way.
 *
 * @module
 */

import type { Aws } from "./aws_client.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { shortName } from "./short_name.ts";

/** What to follow. */
export interface FollowOptions {
  readonly aws: Aws;
  readonly cluster: string;
  readonly service: string;
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How it ended. */
export interface Outcome {
  readonly code: ExitCode;
  readonly status: string;
  readonly reason: string;
  /** Why tasks of the service stopped meanwhile, each reason once. */
  readonly stoppedTasks: readonly string[];
  readonly seconds: number;
}

const CODES: Readonly<Record<string, ExitCode>> = {
  SUCCESSFUL: EXIT.done,
  STOPPED: EXIT.stopped,
  ROLLBACK_SUCCESSFUL: EXIT.rolledBack,
  ROLLBACK_FAILED: EXIT.rollbackFailed,
};

/** Follows the deployment with this ARN. Returns at its end, at the timeout, or at the signal. */
export async function followDeployment(arn: string, options: FollowOptions): Promise<Outcome> {
  const { aws, cluster, service, timeoutMs, pollMs, say, signal } = options;
  const begun = performance.now();
  const told = new Set<string>();
  const reasons = new Map<string, string>();
  let last = "";
  while (true) {
    const { serviceDeployments: [deployment] = [] } = await aws.call(
      "ecs",
      "DescribeServiceDeployments",
      { serviceDeploymentArns: [arn] },
    );
    const { services: [state] = [] } = await aws.call("ecs", "DescribeServices", {
      cluster,
      services: [service],
    });
    await tellStopped({ ...options, since: deployment?.createdAt ?? 0, reasons });
    const events = (state?.events ?? []).filter(({ id }: { id: string }) => !told.has(id));
    for (const { id, message, createdAt } of events.toReversed()) {
      told.add(id);
      if (toSeconds(createdAt) >= toSeconds(deployment?.createdAt) - 1) say(message);
    }
    const line = progressOf(state, deployment);
    if (line !== last) say(line);
    last = line;
    const code = CODES[deployment?.status ?? ""];
    const isOver = code !== undefined || signal?.aborted ||
      performance.now() - begun > timeoutMs;
    if (isOver) {
      return {
        code: code ?? EXIT.timedOut,
        status: deployment?.status ?? "UNKNOWN",
        reason: deployment?.statusReason ?? "",
        stoppedTasks: [...new Set(reasons.values())],
        seconds: Math.round((performance.now() - begun) / 100) / 10,
      };
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Why tasks ended that nobody had scaled away. */
async function tellStopped(
  { aws, cluster, service, say, since, reasons }: FollowOptions & {
    readonly since: unknown;
    readonly reasons: Map<string, string>;
  },
): Promise<void> {
  const { taskArns } = await aws.call("ecs", "ListTasks", {
    cluster,
    serviceName: service,
    desiredStatus: "STOPPED",
  });
  if (taskArns.length === 0) return;
  // DescribeTasks takes a hundred at most.
  const { tasks } = await aws.call("ecs", "DescribeTasks", {
    cluster,
    tasks: taskArns.slice(-100),
  });
  for (const task of tasks) {
    if (reasons.has(task.taskArn) || toSeconds(task.createdAt) < toSeconds(since) - 1) continue;
    const codes = (task.containers ?? []).flatMap(({ name, exitCode, reason }: Container) =>
      exitCode === undefined && !reason
        ? []
        : [`${name} exited with ${exitCode ?? "nothing"}${reason ? ` (${reason})` : ""}`]
    );
    reasons.set(task.taskArn, [task.stoppedReason, ...codes].join("; "));
    say(`task ${shortName(task.taskArn)} stopped: ${reasons.get(task.taskArn)}`);
  }
}

interface Container {
  readonly name: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

// deno-lint-ignore no-explicit-any -- as AWS answers
function progressOf(service: any, deployment: any): string {
  const parts = (service?.deployments ?? []).map((
    { status, runningCount, desiredCount, pendingCount, failedTasks, taskDefinition }: {
      status: string;
      runningCount: number;
      desiredCount: number;
      pendingCount: number;
      failedTasks: number;
      taskDefinition: string;
    },
  ) =>
    `${shortName(taskDefinition ?? "?")} ${status} ${runningCount}/${desiredCount} running, ` +
    `${pendingCount} pending, ${failedTasks} failed`
  );
  return `${deployment?.status ?? "?"}: ${parts.join(" | ")}`;
}

/** Epoch seconds, as the JSON protocol sends times. */
function toSeconds(time: unknown): number {
  return typeof time === "number" ? time : 0;
}
