/**
 * The local cluster: task definitions, services and tasks, and the balancer before them.
 *
 * @module
 */

import type { Balancer } from "../balancer/balancer.ts";
import { EcsError } from "../ecs/errors.ts";
import { ecsArn, shortName } from "../ecs/arns.ts";
import { type DeploymentConfiguration, toSettings } from "../ecs/service_input.ts";
import type { LocalPlace } from "../local_overrides.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type LocalService, type ServiceTargets, startLocalService } from "./local_service.ts";
import { createTaskBook, stopRecord, type TaskBook } from "./task_book.ts";
import { createTaskDefinitions, type TaskDefinitions } from "./task_definitions.ts";

/** A service and what it was asked to be. */
export interface ClusterService {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly loadBalancers: readonly LoadBalancerInput[];
  readonly local: LocalService;
  configuration: DeploymentConfiguration;
  graceSeconds: number;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
}

/** As in CreateService. */
export interface LoadBalancerInput {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
}

/** What a cluster is made of. */
export interface LocalClusterOptions {
  readonly name: string;
  readonly pull: Runtime["pull"];
  readonly secretOf: (valueFrom: string) => string;
  readonly env: LocalPlace["env"];
  readonly logFolder: string;
  readonly pace: number;
  readonly balancer: Balancer;
  /** The target groups that exist. */
  readonly targetGroups: readonly string[];
  readonly targets: Pick<ServiceTargets, "gate" | "propagationMs" | "deregistrationDelayMs">;
}

/** What CreateService asks for. */
export interface NewService {
  readonly name: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly graceSeconds: number;
  readonly configuration: DeploymentConfiguration;
  readonly loadBalancers: readonly LoadBalancerInput[];
}

/** The cluster. Disposing stops all its tasks, as ECS would. */
export interface LocalCluster extends AsyncDisposable {
  readonly name: string;
  readonly definitions: TaskDefinitions;
  readonly tasks: TaskBook;
  readonly services: readonly ClusterService[];
  createService(service: NewService): ClusterService;
  /** By name or ARN. */
  findService(service: string): ClusterService | undefined;
  /** Begins a deployment. Throws while traffic is being shifted. */
  deploy(service: ClusterService, taskDefinition: string): void;
  /** Stops its tasks; it is INACTIVE once they are gone. */
  deleteService(service: ClusterService): void;
}

/** Creates a cluster without services. */
export function createLocalCluster(options: LocalClusterOptions): LocalCluster {
  const { name, pace, balancer } = options;
  const definitions = createTaskDefinitions();
  const tasks = createTaskBook({ ...options, cluster: name });
  const services: ClusterService[] = [];

  function deploy({ local }: ClusterService, taskDefinition: string): void {
    const { strategy, deployments } = local.state;
    const isBusy = deployments.some(({ status, rollout }) =>
      status === "PRIMARY" && rollout === "IN_PROGRESS"
    );
    if (isBusy && strategy.type === "SHIFT") {
      throw new EcsError("ClientException", "A deployment that shifts traffic is in progress.");
    }
    const { taskDefinitionArn } = definitions.get(taskDefinition);
    const deployment = `ecs-svc/${Math.floor(Math.random() * 1e16).toString().padStart(16, "0")}`;
    local.tell({ type: "deploy", deployment, taskDefinition: taskDefinitionArn });
  }

  function createService(input: NewService): ClusterService {
    if (services.some((service) => service.name === input.name && service.status === "ACTIVE")) {
      throw new EcsError("InvalidParameterException", "Creation of service was not idempotent.");
    }
    for (const { targetGroupArn } of input.loadBalancers) {
      if (options.targetGroups.includes(targetGroupArn)) continue;
      throw new EcsError(
        "InvalidParameterException",
        `There is no target group ${targetGroupArn}.`,
      );
    }
    definitions.get(input.taskDefinition);
    const [target] = input.loadBalancers;
    const local = startLocalService({
      name: input.name,
      tasks,
      definitionOf: definitions.get,
      pace,
      ...(target && {
        targets: { ...options.targets, balancer, containerPort: target.containerPort },
      }),
      initial: {
        ...toSettings(input.configuration),
        desiredCount: input.desiredCount,
        graceMs: input.graceSeconds * 1000,
      },
    });
    const service: ClusterService = {
      arn: ecsArn("service", name, input.name),
      name: input.name,
      createdAt: Date.now() / 1000,
      loadBalancers: input.loadBalancers,
      local,
      configuration: input.configuration,
      graceSeconds: input.graceSeconds,
      status: "ACTIVE",
    };
    services.push(service);
    deploy(service, input.taskDefinition);
    return service;
  }

  return {
    name,
    definitions,
    tasks,
    services,
    createService,
    deploy,
    findService: (service) => services.findLast((one) => one.name === shortName(service)),
    deleteService(service) {
      service.status = "DRAINING";
      service.local.close();
      const own = tasks.all.filter(({ group }) => group === `service:${service.name}`);
      for (const task of own) {
        stopRecord(task, { stopCode: "ServiceSchedulerInitiated", reason: "Service was deleted" });
      }
      void Promise.all(own.map(({ local }) => local.ended)).then(() => service.status = "INACTIVE");
    },
    async [Symbol.asyncDispose]() {
      for (const { local } of services) local.close();
      await tasks.stopAll("The local cluster was stopped");
    },
  };
}
