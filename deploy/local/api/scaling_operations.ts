/**
 * The operations of Application Auto Scaling that ecs:local knows.
 *
 * @module
 */

import type { z } from "zod";
import type { ClusterService, LocalCluster } from "../cluster/local_cluster.ts";
import { shortName } from "../ecs/arns.ts";
import { EcsError } from "../ecs/errors.ts";
import {
  listInput,
  resourceInput,
  scalableTargetInput,
  type ScalingPolicy,
  scalingPolicyInput,
  scheduledActionInput,
} from "../scaling/scaling_input.ts";
import type { ScalableTarget, Scaler } from "../scaling/scaler.ts";
import { type Operations, parseInput } from "./protocol.ts";

const PREFIX = "AnyScaleFrontendService.";
const DIMENSION = "ecs:service:DesiredCount";

/** Returns the operations on the services of a cluster. */
export function scalingOperations(cluster: LocalCluster, scaler: Scaler): Operations {
  function serviceOf(resource: string): ClusterService {
    const service = cluster.findService(shortName(resource));
    if (service?.status === "ACTIVE") return service;
    throw new EcsError("ValidationException", `ECS service doesn't exist: ${resource}`);
  }

  function targetOf(resource: string): ScalableTarget {
    const target = scaler.targets.get(shortName(resource));
    if (target) return target;
    const message = `No scalable target registered for ${resource}`;
    throw new EcsError("ObjectNotFoundException", message);
  }

  function named({ ResourceId, ResourceIds = [] }: z.output<typeof listInput>): ScalableTarget[] {
    const wanted = [...ResourceIds, ...(ResourceId ? [ResourceId] : [])].map(shortName);
    return [...scaler.targets.values()]
      .filter(({ service }) => wanted.length === 0 || wanted.includes(service.name));
  }

  const operations: Operations = {
    RegisterScalableTarget(raw) {
      const input = parseInput(scalableTargetInput, raw);
      const service = serviceOf(input.ResourceId);
      const known = scaler.targets.get(service.name);
      const min = input.MinCapacity ?? known?.minCapacity;
      const max = input.MaxCapacity ?? known?.maxCapacity;
      if (min === undefined || max === undefined || min > max) {
        throw new EcsError(
          "ValidationException",
          "Give MinCapacity and a MaxCapacity not below it",
        );
      }
      scaler.register(service, { min, max });
      return {};
    },
    DeregisterScalableTarget(raw) {
      const { ResourceId } = parseInput(resourceInput, raw);
      scaler.targets.delete(targetOf(ResourceId).service.name);
      return {};
    },
    DescribeScalableTargets(raw) {
      const targets = named(parseInput(listInput, raw));
      return {
        ScalableTargets: targets.map((target) => ({
          ServiceNamespace: "ecs",
          ScalableDimension: DIMENSION,
          ResourceId: resourceOf(target),
          MinCapacity: target.minCapacity,
          MaxCapacity: target.maxCapacity,
          CreationTime: target.createdAt,
        })),
      };
    },
    PutScalingPolicy(raw) {
      const policy = parseInput(scalingPolicyInput, raw);
      scaler.putPolicy(targetOf(policy.ResourceId), policy);
      return { PolicyARN: policyArn(policy), Alarms: [] };
    },
    DeleteScalingPolicy(raw) {
      const { ResourceId, PolicyName } = parseInput(resourceInput, raw);
      const isThere = targetOf(ResourceId).policies.delete(String(PolicyName));
      if (isThere) return {};
      throw new EcsError("ObjectNotFoundException", `No scaling policy found: ${PolicyName}`);
    },
    DescribeScalingPolicies(raw) {
      const targets = named(parseInput(listInput, raw));
      return {
        ScalingPolicies: targets.flatMap((target) =>
          [...target.policies.values()].map(({ policy }) => ({
            ...policy,
            PolicyARN: policyArn(policy),
            CreationTime: target.createdAt,
          }))
        ),
      };
    },
    PutScheduledAction(raw) {
      const action = parseInput(scheduledActionInput, raw);
      const target = targetOf(action.ResourceId);
      try {
        scaler.putAction(target, action);
      } catch (error) {
        throw new EcsError("ValidationException", error instanceof Error ? error.message : "");
      }
      return {};
    },
    DeleteScheduledAction(raw) {
      const { ResourceId, ScheduledActionName } = parseInput(resourceInput, raw);
      const isThere = targetOf(ResourceId).scheduled.delete(String(ScheduledActionName));
      if (isThere) return {};
      throw new EcsError("ObjectNotFoundException", `No scheduled action: ${ScheduledActionName}`);
    },
    DescribeScheduledActions(raw) {
      const targets = named(parseInput(listInput, raw));
      return {
        ScheduledActions: targets.flatMap(({ scheduled }) =>
          [...scheduled.values()].map(({ action, createdAt }) => ({
            ...action,
            CreationTime: createdAt / 1000,
          }))
        ),
      };
    },
    DescribeScalingActivities(raw) {
      const targets = named(parseInput(listInput, raw));
      return {
        ScalingActivities: targets.flatMap((target) =>
          target.activities.map(({ id, at, description, cause }) => ({
            ActivityId: id,
            ServiceNamespace: "ecs",
            ResourceId: resourceOf(target),
            ScalableDimension: DIMENSION,
            Description: description,
            Cause: cause,
            StartTime: at,
            EndTime: at,
            StatusCode: "Successful",
          }))
        ),
      };
    },
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [`${PREFIX}${name}`, operation]),
  );

  function resourceOf({ service }: ScalableTarget): string {
    return `service/${cluster.name}/${service.name}`;
  }
}

function policyArn({ PolicyName, ResourceId }: ScalingPolicy): string {
  return `arn:aws:autoscaling:eu-central-1:000000000000:scalingPolicy:0:resource/ecs/` +
    `${ResourceId}:policyName/${PolicyName}`;
}
