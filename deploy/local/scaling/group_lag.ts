/**
 * How far a service is behind, as one of its tasks tells it.
 *
 * @module
 */

import type { ClusterService } from "../cluster/local_cluster.ts";
import type { TaskBook } from "../cluster/task_book.ts";

interface Binding {
  readonly direction: string;
  /** Of the whole group, over all partitions. */
  readonly lag: number | null;
}

/** Whom to ask, and as whom. */
export interface GroupLagOptions {
  readonly tasks: TaskBook;
  /** An access token for `operations:read`. */
  readonly token: () => Promise<string>;
}

const TIMEOUT_MS = 1_000;

/** Returns what waits for all sinks of a service; `undefined` where no task can tell. */
export async function groupLag(
  { name, loadBalancers }: ClusterService,
  { tasks, token }: GroupLagOptions,
): Promise<number | undefined> {
  const running = tasks.all.findLast(({ group, lastStatus, health }) =>
    group === `service:${name}` && lastStatus === "RUNNING" && health === "HEALTHY"
  );
  const [target] = loadBalancers;
  if (!running || !target) return undefined;
  const url = `http://127.0.0.1:${running.local.hostPort(target.containerPort)}/bindings`;
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${await token()}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { items }: { readonly items: readonly Binding[] } = await response.json();
    const lags = items.filter(({ direction }) => direction === "sink").map(({ lag }) => lag);
    return lags.some((lag) => lag === null) ? undefined : lags.reduce<number>(
      (sum, lag) => sum + (lag ?? 0),
      0,
    );
  } catch {
    // Busy, or ending: there is no value for this period.
    return undefined;
  }
}
