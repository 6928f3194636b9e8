/**
 * What ECS does with services.
 *
 * @module
 */

import { z } from "zod";
import type { ClusterService, LocalCluster } from "../cluster/local_cluster.ts";
import { ecsArn } from "../ecs/arns.ts";
import { EcsError } from "../ecs/errors.ts";
import { createServiceInput, toSettings, updateServiceInput } from "../ecs/service_input.ts";
import { inCluster, inThis, names } from "./ecs_input.ts";
import { type Operations, parseInput } from "./protocol.ts";
import { serviceDeploymentArn, serviceDeploymentJson, serviceJson } from "./resource_json.ts";

const ofService = inCluster.extend({ service: z.string() });

/** Returns the operations on services. */
export function serviceOperations(cluster: LocalCluster): Operations {
  const { definitions } = cluster;

  function serviceOf(name: string): ClusterService {
    const service = cluster.findService(name);
    if (!service) throw new EcsError("ServiceNotFoundException", "Service not found.");
    if (service.status === "ACTIVE") return service;
    throw new EcsError("ServiceNotActiveException", "Service was not ACTIVE.");
  }

  function updateService(raw: unknown): unknown {
    const input = inThis(cluster, parseInput(updateServiceInput, raw));
    const service = serviceOf(input.service);
    const { local } = service;
    if (input.deploymentConfiguration) {
      service.configuration = { ...service.configuration, ...input.deploymentConfiguration };
    }
    service.graceSeconds = input.healthCheckGracePeriodSeconds ?? service.graceSeconds;
    local.tell({
      type: "configure",
      settings: {
        ...toSettings(service.configuration),
        graceMs: service.graceSeconds * 1000,
        desiredCount: input.desiredCount ?? local.state.desiredCount,
      },
    });
    const current = local.state.deployments[0]?.taskDefinition ?? "";
    const wanted = input.taskDefinition
      ? definitions.get(input.taskDefinition).taskDefinitionArn
      : current;
    if (wanted !== current || input.forceNewDeployment) cluster.deploy(service, wanted);
    return { service: serviceJson(cluster, service) };
  }

  function stopServiceDeployment(raw: unknown): unknown {
    const { serviceDeploymentArn: arn } = parseInput(
      z.looseObject({ serviceDeploymentArn: z.string() }),
      raw,
    );
    for (const service of cluster.services) {
      const deployment = service.local.history.all
        .find((one) => serviceDeploymentArn(cluster, service, one) === arn);
      if (!deployment) continue;
      const { state } = service.local;
      const primary = state.deployments[0];
      const old = state.deployments.findLast(({ completedAt }) => completedAt !== undefined);
      if (primary?.id !== deployment.id || deployment.status !== "IN_PROGRESS" || !old) {
        throw new EcsError("ClientException", "There is nothing to roll back.");
      }
      const reason = "Rollback was asked for.";
      service.local.tell({ type: "fail", deployment: primary.id, reason });
      service.local.tell({ type: "rollBack", from: primary.id, to: old.id });
      return { serviceDeploymentArn: arn };
    }
    throw new EcsError("ServiceDeploymentNotFoundException", "Service deployment not found.");
  }

  return {
    CreateService(raw) {
      const input = inThis(cluster, parseInput(createServiceInput, raw));
      const service = cluster.createService({
        name: input.serviceName,
        taskDefinition: input.taskDefinition,
        desiredCount: input.desiredCount ?? 1,
        graceSeconds: input.healthCheckGracePeriodSeconds ?? 0,
        configuration: input.deploymentConfiguration ?? {},
        loadBalancers: input.loadBalancers,
      });
      return { service: serviceJson(cluster, service) };
    },
    UpdateService: updateService,
    DeleteService(raw) {
      const input = inThis(
        cluster,
        parseInput(ofService.extend({ force: z.boolean().default(false) }), raw),
      );
      const service = serviceOf(input.service);
      if (!input.force && service.local.state.desiredCount > 0) {
        const message = "The service cannot be stopped while it is scaled above 0.";
        throw new EcsError("InvalidParameterException", message);
      }
      cluster.deleteService(service);
      return { service: serviceJson(cluster, service) };
    },
    DescribeServices(raw) {
      const input = inThis(cluster, parseInput(inCluster.extend({ services: names }), raw));
      const found = input.services.map((name) => [name, cluster.findService(name)] as const);
      return {
        services: found.flatMap(([, service]) => service ? [serviceJson(cluster, service)] : []),
        failures: found.flatMap(([name, service]) =>
          service ? [] : [{ arn: ecsArn("service", cluster.name, name), reason: "MISSING" }]
        ),
      };
    },
    ListServices: () => ({
      serviceArns: cluster.services.filter(({ status }) => status !== "INACTIVE")
        .map(({ arn }) => arn),
    }),
    ListServiceDeployments(raw) {
      const input = inThis(
        cluster,
        parseInput(ofService.extend({ status: z.array(z.string()).optional() }), raw),
      );
      const service = serviceOf(input.service);
      return {
        serviceDeployments: service.local.history.all.toReversed()
          .filter(({ status }) => input.status?.includes(status) ?? true)
          .map((deployment) => serviceDeploymentJson(cluster, service, deployment)),
      };
    },
    DescribeServiceDeployments(raw) {
      const { serviceDeploymentArns: arns } = parseInput(
        z.looseObject({ serviceDeploymentArns: names }),
        raw,
      );
      return {
        serviceDeployments: cluster.services.flatMap((service) =>
          service.local.history.all.map((deployment) =>
            serviceDeploymentJson(cluster, service, deployment)
          )
        ).filter(({ serviceDeploymentArn }) => arns.includes(String(serviceDeploymentArn))),
        failures: [],
      };
    },
    StopServiceDeployment: stopServiceDeployment,
  };
}
