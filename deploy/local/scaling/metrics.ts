/**
 * The metrics that scale a local service, as CloudWatch would have them: one value a minute, an
 * average over the tasks.
 *
 * @module
 */

import type { ClusterService } from "../cluster/local_cluster.ts";
import type { TaskBook, TaskRecord } from "../cluster/task_book.ts";

/** Reads one metric; `undefined` where there is no value. Called once a period. */
export type MetricReader = (periodSeconds: number) => Promise<number | undefined>;

/** What metrics are read from. */
export interface MetricSources {
  readonly service: ClusterService;
  readonly tasks: TaskBook;
  /** How many messages wait for the service, over all partitions. */
  readonly lag: (service: ClusterService) => Promise<number | undefined>;
}

/** The average of the tasks' processor time, in percent of what their definition gives them. */
export function cpuUtilization({ service, tasks }: MetricSources): MetricReader {
  let before = new Map<string, number>();
  return async (periodSeconds) => {
    const now = new Map<string, number>();
    const shares: number[] = [];
    for (const task of runningTasks({ service, tasks })) {
      const used = await task.local.processorSeconds();
      if (used === undefined) continue;
      now.set(task.id, used);
      const last = before.get(task.id);
      const cpus = Number(task.definition.cpu ?? 256) / 1024;
      if (last !== undefined) shares.push(100 * (used - last) / periodSeconds / cpus);
    }
    before = now;
    return shares.length === 0 ? undefined : sum(shares) / shares.length;
  };
}

/** How many requests a minute each healthy target had. */
export function requestCountPerTarget({ service }: MetricSources): MetricReader {
  let before = service.local.requests;
  return (periodSeconds) => {
    const now = service.local.requests;
    const requests = now - before;
    before = now;
    const targets = service.local.state.tasks
      .filter(({ phase, target }) => phase === "running" && target === "healthy").length;
    // Like an ALB, which sends no data for a target group without targets.
    return Promise.resolve(
      targets === 0 ? undefined : requests * (60 / periodSeconds) / targets,
    );
  };
}

/** The group's lag by the number of running tasks. */
export function lagPerTask({ service, tasks, lag }: MetricSources): MetricReader {
  return async () => {
    const count = runningTasks({ service, tasks }).length;
    const messages = await lag(service);
    return messages === undefined || count === 0 ? undefined : messages / count;
  };
}

function runningTasks(
  { service, tasks }: Pick<MetricSources, "service" | "tasks">,
): readonly TaskRecord[] {
  return tasks.all.filter(({ group, lastStatus }) =>
    group === `service:${service.name}` && lastStatus === "RUNNING"
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
