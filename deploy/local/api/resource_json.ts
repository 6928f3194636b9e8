/**
 * The cluster's resources as the API shows them.
 *
 * @module
 */

import type { ClusterService, LocalCluster } from "../cluster/local_cluster.ts";
import type { ServiceDeployment } from "../cluster/deployment_history.ts";
import type { TaskRecord } from "../cluster/task_book.ts";
import { ecsArn } from "../ecs/arns.ts";
import { failureThreshold } from "../scheduler/limits.ts";
import type { Deployment, ServiceState } from "../scheduler/service_state.ts";

/** A service, as DescribeServices shows it. */
export function serviceJson(cluster: LocalCluster, service: ClusterService): unknown {
  const { state, history, messages } = service.local;
  const [primary] = state.deployments;
  const open = history.all.at(-1);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: ecsArn("cluster", cluster.name),
    status: service.status,
    desiredCount: service.status === "ACTIVE" ? state.desiredCount : 0,
    runningCount: count(state, "running"),
    pendingCount: count(state, "pending"),
    launchType: "FARGATE",
    schedulingStrategy: "REPLICA",
    deploymentController: { type: "ECS" },
    taskDefinition: primary?.taskDefinition,
    deploymentConfiguration: service.configuration,
    healthCheckGracePeriodSeconds: service.graceSeconds,
    loadBalancers: service.loadBalancers,
    deployments: state.deployments.map((deployment) => deploymentJson(state, deployment)),
    currentServiceDeployment: open && serviceDeploymentArn(cluster, service, open),
    events: messages.toReversed().map(({ id, at, text }) => ({ id, createdAt: at, message: text })),
    createdAt: service.createdAt,
  };
}

function deploymentJson(state: ServiceState, deployment: Deployment): unknown {
  const own = { ...state, tasks: state.tasks.filter((task) => task.deployment === deployment.id) };
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinition,
    desiredCount: deployment.status === "PRIMARY" ? state.desiredCount : 0,
    pendingCount: count(own, "pending"),
    runningCount: count(own, "running"),
    failedTasks: deployment.failedTasks,
    rolloutState: deployment.rollout,
    rolloutStateReason: deployment.reason,
    launchType: "FARGATE",
  };
}

function count(state: ServiceState, phase: "running" | "pending"): number {
  return state.tasks.filter((task) => task.phase === phase).length;
}

/** The name of a deployment that was asked for. */
export function serviceDeploymentArn(
  cluster: LocalCluster,
  service: ClusterService,
  { id }: { readonly id: string },
): string {
  return ecsArn("service-deployment", cluster.name, service.name, id.replace("ecs-svc/", ""));
}

/** A deployment that was asked for, as DescribeServiceDeployments shows it. */
export function serviceDeploymentJson(
  cluster: LocalCluster,
  service: ClusterService,
  deployment: ServiceDeployment,
): Record<string, unknown> {
  const { state } = service.local;
  const current = state.deployments.find(({ id }) => id === deployment.id);
  const { enable } = state.circuitBreaker;
  const isOpen = deployment.finishedAt === undefined;
  const revision = { arn: revisionArn(cluster, service, deployment.taskDefinition) };
  return {
    serviceDeploymentArn: serviceDeploymentArn(cluster, service, deployment),
    serviceArn: service.arn,
    clusterArn: ecsArn("cluster", cluster.name),
    createdAt: deployment.createdAt,
    startedAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
    status: deployment.status,
    statusReason: deployment.reason,
    targetServiceRevision: {
      ...revision,
      requestedTaskCount: state.desiredCount,
      runningTaskCount:
        state.tasks.filter((task) => task.deployment === deployment.id && task.phase === "running")
          .length,
      requestedProductionTrafficWeight: current?.traffic ?? 0,
    },
    targetServiceRevisionArn: revision.arn,
    deploymentConfiguration: service.configuration,
    deploymentCircuitBreaker: {
      status: enable ? isOpen ? "MONITORING" : "MONITORING_COMPLETE" : "DISABLED",
      failureCount: current?.failedTasks ?? 0,
      threshold: failureThreshold(state),
    },
  };
}

function revisionArn(cluster: LocalCluster, service: ClusterService, definition: string): string {
  const [family = "", revision = ""] = (definition.split("/").at(-1) ?? "").split(":");
  return ecsArn("service-revision", cluster.name, service.name, `${family}:${revision}`);
}

/** A task, as DescribeTasks shows it. */
export function taskJson(cluster: LocalCluster, task: TaskRecord): unknown {
  const isStopping = task.lastStatus === "DEACTIVATING" || task.lastStatus === "STOPPED";
  return {
    taskArn: task.arn,
    clusterArn: ecsArn("cluster", cluster.name),
    taskDefinitionArn: task.definition.taskDefinitionArn,
    group: task.group,
    startedBy: task.startedBy,
    lastStatus: task.lastStatus,
    desiredStatus: isStopping ? "STOPPED" : "RUNNING",
    healthStatus: task.health,
    launchType: "FARGATE",
    cpu: task.definition.cpu,
    memory: task.definition.memory,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: task.local.containers.map((container) => ({
      ...container,
      taskArn: task.arn,
    })),
  };
}
