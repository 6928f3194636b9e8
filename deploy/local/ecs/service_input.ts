/**
 * CreateService's and UpdateService's input, as far as ecs:local acts on it.
 *
 * @module
 */

import { z } from "zod";
import type { ServiceSettings } from "../scheduler/action.ts";
import type { Strategy } from "../scheduler/service_state.ts";

const percent = z.number().min(0.1).max(100);
const minutes = z.int().min(0).max(1440);

const deploymentConfiguration = z.looseObject({
  strategy: z.enum(["ROLLING", "BLUE_GREEN", "CANARY", "LINEAR"]).optional(),
  minimumHealthyPercent: z.int().min(0).max(100).optional(),
  maximumPercent: z.int().min(100).max(1000).optional(),
  bakeTimeInMinutes: minutes.optional(),
  canaryConfiguration: z.looseObject({
    canaryPercent: percent.default(5),
    canaryBakeTimeInMinutes: minutes.default(10),
  }).optional(),
  linearConfiguration: z.looseObject({
    stepPercent: percent.min(3).default(10),
    stepBakeTimeInMinutes: minutes.default(6),
  }).optional(),
  alarms: z.looseObject({
    alarmNames: z.array(z.string()),
    enable: z.boolean(),
    rollback: z.boolean(),
  }).optional(),
  deploymentCircuitBreaker: z.looseObject({
    enable: z.boolean(),
    rollback: z.boolean(),
    resetOnHealthyTask: z.boolean().default(true),
    thresholdConfiguration: z.looseObject({
      type: z.enum(["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]),
      value: z.int().min(1),
    }).optional(),
  }).optional(),
});

const shared = {
  cluster: z.string().default("default"),
  desiredCount: z.int().min(0).max(5000).optional(),
  deploymentConfiguration: deploymentConfiguration.optional(),
  healthCheckGracePeriodSeconds: z.int().min(0).optional(),
};

/** CreateService. */
export const createServiceInput = z.looseObject({
  ...shared,
  serviceName: z.string().regex(/^[\w-]{1,255}$/),
  taskDefinition: z.string(),
  loadBalancers: z.array(z.looseObject({
    targetGroupArn: z.string(),
    containerName: z.string(),
    containerPort: z.int(),
  })).max(1, "ecs:local has one load balancer a service").default([]),
});

/** UpdateService. */
export const updateServiceInput = z.looseObject({
  ...shared,
  service: z.string(),
  taskDefinition: z.string().optional(),
  forceNewDeployment: z.boolean().default(false),
});

/** ECS computes it of the alarms. Here it is so short that rehearsals do not wait for it. */
const ALARM_BAKE_MS = 15_000;

/** How deployments of a service go. */
export type DeploymentConfiguration = z.output<typeof deploymentConfiguration>;

/** Returns what the scheduler makes of it; ECS's defaults stand where nothing is said. */
export function toSettings(
  configuration: DeploymentConfiguration,
): Omit<ServiceSettings, "desiredCount" | "graceMs"> {
  const { deploymentCircuitBreaker: breaker, alarms } = configuration;
  return {
    strategy: toStrategy(configuration),
    minimumHealthyPercent: configuration.minimumHealthyPercent ?? 100,
    maximumPercent: configuration.maximumPercent ?? 200,
    circuitBreaker: {
      enable: breaker?.enable ?? false,
      rollback: breaker?.rollback ?? false,
      resetOnHealthyTask: breaker?.resetOnHealthyTask ?? true,
      threshold: breaker?.thresholdConfiguration ?? { type: "BOUNDED_PERCENT", value: 50 },
    },
    alarms: {
      enable: alarms?.enable ?? false,
      rollback: alarms?.rollback ?? false,
      bakeMs: ALARM_BAKE_MS,
    },
  };
}

function toStrategy(configuration: DeploymentConfiguration): Strategy {
  const { strategy = "ROLLING", bakeTimeInMinutes = 0 } = configuration;
  if (strategy === "ROLLING") return { type: "ROLLING" };
  const steps = strategy === "CANARY"
    ? canarySteps(configuration)
    : strategy === "LINEAR"
    ? linearSteps(configuration)
    : [];
  return { type: "SHIFT", steps: [...steps, { percent: 100, bakeMs: bakeTimeInMinutes * 60_000 }] };
}

function canarySteps({ canaryConfiguration }: DeploymentConfiguration) {
  const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = canaryConfiguration ?? {};
  return [{ percent: canaryPercent, bakeMs: canaryBakeTimeInMinutes * 60_000 }];
}

function linearSteps({ linearConfiguration }: DeploymentConfiguration) {
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration ?? {};
  const count = Math.ceil(100 / stepPercent) - 1;
  return Array.from({ length: count }, (_, index) => ({
    percent: stepPercent * (index + 1),
    bakeMs: stepBakeTimeInMinutes * 60_000,
  }));
}
