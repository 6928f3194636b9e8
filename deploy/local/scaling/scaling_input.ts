/**
 * What Application Auto Scaling is told, as far as ecs:local acts on it.
 *
 * @module
 */

import { z } from "zod";
import { EcsError } from "../ecs/errors.ts";

const service = {
  ServiceNamespace: z.literal("ecs"),
  ResourceId: z.string().regex(/^service\/[\w-]+\/[\w-]+$/),
  ScalableDimension: z.literal("ecs:service:DesiredCount"),
};

/** RegisterScalableTarget. */
export const scalableTargetInput = z.looseObject({
  ...service,
  MinCapacity: z.int().min(0).optional(),
  MaxCapacity: z.int().min(0).optional(),
});

/** PutScheduledAction. */
export const scheduledActionInput = z.looseObject({
  ...service,
  ScheduledActionName: z.string().min(1),
  Schedule: z.string(),
  Timezone: z.string().default("UTC"),
  ScalableTargetAction: z.looseObject({
    MinCapacity: z.int().min(0).optional(),
    MaxCapacity: z.int().min(0).optional(),
  }),
});

/** An action that was put. */
export type ScheduledAction = z.output<typeof scheduledActionInput>;

/** What names a service. */
export const resourceInput = z.looseObject(service);

/** What lists. */
export const listInput = z.looseObject({
  ServiceNamespace: z.literal("ecs"),
  ResourceId: z.string().optional(),
  ResourceIds: z.array(z.string()).optional(),
});

const metric = z.looseObject({
  Id: z.string(),
  Expression: z.string().optional(),
  ReturnData: z.boolean().default(true),
  MetricStat: z.looseObject({
    Metric: z.looseObject({ MetricName: z.string(), Namespace: z.string() }),
  }).optional(),
});

/** PutScalingPolicy. */
export const scalingPolicyInput = z.looseObject({
  ...service,
  PolicyName: z.string().min(1),
  PolicyType: z.literal("TargetTrackingScaling", "ecs:local knows target tracking only"),
  TargetTrackingScalingPolicyConfiguration: z.looseObject({
    TargetValue: z.number().positive(),
    ScaleOutCooldown: z.int().min(0).default(300),
    ScaleInCooldown: z.int().min(0).default(300),
    DisableScaleIn: z.boolean().default(false),
    PredefinedMetricSpecification: z.looseObject({
      PredefinedMetricType: z.enum(["ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"]),
    }).optional(),
    CustomizedMetricSpecification: z.looseObject({ Metrics: z.array(metric).min(1) }).optional(),
  }),
});

/** A policy that was put. */
export type ScalingPolicy = z.output<typeof scalingPolicyInput>;

/** What waits for a group: as MSK tells it, and as the services' logs do. */
const LAGS = ["SumOffsetLag", "GroupLag"];

/** What a policy looks at. */
export type MetricName = "cpu" | "requests" | "lag";

/** Returns it. Throws where ecs:local has no such metric. */
export function metricOf(policy: ScalingPolicy): MetricName {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } =
    policy.TargetTrackingScalingPolicyConfiguration;
  if (predefined && !customized) {
    return predefined.PredefinedMetricType === "ALBRequestCountPerTarget" ? "requests" : "cpu";
  }
  const result = customized?.Metrics.find(({ ReturnData }) => ReturnData);
  const [, dividend, divisor] = /^\s*(\w+)\s*\/\s*(\w+)\s*$/.exec(result?.Expression ?? "") ?? [];
  const named = (id: string | undefined) =>
    customized?.Metrics.find(({ Id }) => Id === id)?.MetricStat?.Metric.MetricName;
  if (LAGS.includes(named(dividend) ?? "") && named(divisor) === "RunningTaskCount") return "lag";
  throw new EcsError(
    "ValidationException",
    `ecs:local knows one customized metric: ${LAGS.join(" or ")} by RunningTaskCount`,
  );
}
