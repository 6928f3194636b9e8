/**
 * Runs a service's migration as a task of its own and waits for its end.
 *
 * @module
 */

import type { Aws } from "./aws_client.ts";
import type { Environment } from "./environment.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { renderService } from "./templates.ts";
import { shortName } from "./short_name.ts";

/** Which service, by which revision. */
export interface MigrateOptions {
  readonly aws: Aws;
  readonly environment: Environment;
  readonly service: string;
  /** ARN of the revision whose image migrates. */
  readonly taskDefinition: string;
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How it ended. */
export interface Migration {
  readonly code: ExitCode;
  readonly task: string;
  /** Of the service's container; none where it did not start. */
  readonly exitCode?: number;
  /** Why the task stopped, and what the container says about it. */
  readonly reason: string;
}

/** The argument by which an image migrates and ends. */
const COMMAND = ["migrate"];

/** Runs it. A migration that takes too long goes on; it is only not waited for. */
export async function runMigration(options: MigrateOptions): Promise<Migration> {
  const { aws, environment, service, taskDefinition, say } = options;
  const { cluster } = environment;
  const { networkConfiguration } = await renderService(environment, { service, taskDefinition });
  const { tasks: [started], failures } = await aws.call("ecs", "RunTask", {
    cluster,
    taskDefinition,
    launchType: "FARGATE",
    count: 1,
    startedBy: "deploy:migrate",
    networkConfiguration,
    overrides: { containerOverrides: [{ name: service, command: COMMAND }] },
    propagateTags: "TASK_DEFINITION",
  });
  if (!started) {
    const reason = failures?.[0]?.reason ?? "ECS started no task";
    return { code: EXIT.migrationFailed, task: "", reason };
  }
  say(`migration of ${service} is task ${shortName(started.taskArn)}`);
  return await waitFor(started.taskArn, options);
}

async function waitFor(arn: string, options: MigrateOptions): Promise<Migration> {
  const { aws, environment: { cluster }, service, timeoutMs, pollMs, say, signal } = options;
  const deadline = performance.now() + timeoutMs;
  let last = "";
  while (performance.now() < deadline && !signal?.aborted) {
    const { tasks: [task] } = await aws.call("ecs", "DescribeTasks", { cluster, tasks: [arn] });
    const status = task?.lastStatus ?? "UNKNOWN";
    if (status !== last) say(`task ${shortName(arn)} is ${status}`);
    last = status;
    if (status === "STOPPED") return toMigration(task, service);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return { code: EXIT.timedOut, task: arn, reason: `it is ${last}, and goes on` };
}

interface StoppedTask {
  readonly taskArn: string;
  readonly stoppedReason?: string;
  readonly containers?: readonly {
    readonly name: string;
    readonly exitCode?: number;
    readonly reason?: string;
  }[];
}

function toMigration(
  { taskArn, stoppedReason = "", containers = [] }: StoppedTask,
  service: string,
): Migration {
  const container = containers.find(({ name }) => name === service);
  const exitCode = container?.exitCode;
  return {
    code: exitCode === 0 ? EXIT.done : EXIT.migrationFailed,
    task: taskArn,
    ...(exitCode !== undefined && { exitCode }),
    reason: [stoppedReason, container?.reason ?? ""].filter(Boolean).join("; "),
  };
}
