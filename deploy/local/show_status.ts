// deno-lint-ignore-file no-console -- a live status belongs to the terminal
/**
 * The cluster at a glance: redrawn in place on a terminal, a line for each change elsewhere.
 *
 * @module
 */

import type { ClusterService, LocalCluster } from "./cluster/local_cluster.ts";

const EVERY_MS = 500;
const CLEAR = "\x1b[H\x1b[J";
const SHOWN_MESSAGES = 8;

/** Shows the status until it is disposed. */
export function showStatus(cluster: LocalCluster): Disposable {
  const isTerminal = Deno.stderr.isTerminal();
  let last = "";
  const timer = setInterval(() => {
    const text = statusOf(cluster);
    if (text === last) return;
    console.error(isTerminal ? `${CLEAR}${text}` : changesBetween(last, text));
    last = text;
  }, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Returns the status as text: a block for each service, then what happened last. */
export function statusOf(cluster: LocalCluster): string {
  const messages = cluster.services.flatMap(({ local }) => local.messages)
    .toSorted((a, b) => a.at - b.at)
    .slice(-SHOWN_MESSAGES)
    .map(({ at, text }) => `${new Date(at * 1000).toLocaleTimeString()}  ${text}`);
  return [...cluster.services.flatMap(serviceLines), "", ...messages].join("\n");
}

function serviceLines({ name, status, local }: ClusterService): string[] {
  const { desiredCount, deployments, tasks } = local.state;
  return [
    `${name}  ${status}  desired ${desiredCount}`,
    ...deployments.map((deployment) => {
      const revision = deployment.taskDefinition.split("/").at(-1);
      const own = tasks.filter((task) => task.deployment === deployment.id);
      const shown = own.map(({ id, phase, container, target }) =>
        `${id.slice(0, 6)} ${phase} ${container}/${target}`
      );
      return `  ${revision}  ${deployment.status}  ${deployment.rollout}  ` +
        `${deployment.traffic} %  ${deployment.failedTasks} failed  ${shown.join(", ")}`;
    }),
  ];
}

function changesBetween(before: string, after: string): string {
  const known = new Set(before.split("\n"));
  return after.split("\n").filter((line) => line !== "" && !known.has(line)).join("\n");
}
