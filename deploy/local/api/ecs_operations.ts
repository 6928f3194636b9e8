/**
 * The operations of ECS that ecs:local knows.
 *
 * @module
 */

import type { LocalCluster } from "../cluster/local_cluster.ts";
import { ecsArn } from "../ecs/arns.ts";
import type { Operations } from "./protocol.ts";
import { serviceOperations } from "./service_operations.ts";
import { taskOperations } from "./task_operations.ts";

const PREFIX = "AmazonEC2ContainerServiceV20141113.";

/** Returns the operations on a cluster. */
export function ecsOperations(cluster: LocalCluster): Operations {
  const { tasks } = cluster;
  const operations: Operations = {
    DescribeClusters: () => ({
      clusters: [{
        clusterArn: ecsArn("cluster", cluster.name),
        clusterName: cluster.name,
        status: "ACTIVE",
        activeServicesCount: cluster.services.filter(({ status }) => status === "ACTIVE").length,
        runningTasksCount: tasks.all.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
        pendingTasksCount: tasks.all.filter(({ lastStatus }) => lastStatus === "PENDING").length,
      }],
      failures: [],
    }),
    ListClusters: () => ({ clusterArns: [ecsArn("cluster", cluster.name)] }),
    ...taskOperations(cluster),
    ...serviceOperations(cluster),
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [`${PREFIX}${name}`, operation]),
  );
}
