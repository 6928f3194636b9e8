/**
 * Damaged services and scalings, and the line that each must bring.
 *
 * @module
 */

import type { Damaged } from "./bad_task_definitions.ts";

/** One kind of damage, done to a valid input. */
export interface BadInput {
  readonly name: string;
  readonly damage: (input: Damaged) => void;
  /** What a person reads. */
  readonly finding: string;
}

/** What our own rules must see in licensing's service. */
export const REFUSED_SERVICES: readonly BadInput[] = [
  {
    name: "one task",
    damage: (service) => service.desiredCount = 1,
    finding: "desiredCount 1: two at least, or a task that ends is an outage",
  },
  {
    name: "a minimum below its tasks",
    damage: (service) => service.deploymentConfiguration.minimumHealthyPercent = 50,
    finding: "minimumHealthyPercent 50: 100, or a release takes capacity away",
  },
  {
    name: "no room for a new task",
    damage: (service) => service.deploymentConfiguration.maximumPercent = 140,
    finding: "maximumPercent 140 allows 2 tasks where 2 are desired: a release could start none",
  },
  {
    name: "no circuit breaker",
    damage: (service) => delete service.deploymentConfiguration.deploymentCircuitBreaker,
    finding: "set deploymentCircuitBreaker to enable and rollback, or a bad release stays",
  },
  {
    name: "a circuit breaker that leaves a bad release",
    damage: (service) => service.deploymentConfiguration.deploymentCircuitBreaker.rollback = false,
    finding: "set deploymentCircuitBreaker to enable and rollback, or a bad release stays",
  },
  {
    name: "no alarm",
    damage: (service) => delete service.deploymentConfiguration.alarms,
    finding:
      "name alarms, and set them to enable and rollback, or a version that is healthy and answers errors stays",
  },
  {
    name: "alarms that only end a release",
    damage: (service) => service.deploymentConfiguration.alarms.rollback = false,
    finding:
      "name alarms, and set them to enable and rollback, or a version that is healthy and answers errors stays",
  },
  {
    name: "a short grace",
    damage: (service) => service.healthCheckGracePeriodSeconds = 10,
    finding:
      "healthCheckGracePeriodSeconds 10 is shorter than the container's startPeriod 30: tasks would be replaced while they start",
  },
  {
    name: "no load balancer",
    damage: (service) => service.loadBalancers = [],
    finding: "give it a load balancer, or nobody reaches it",
  },
  {
    name: "a container that is not there",
    damage: (service) => service.loadBalancers[0].containerName = "license",
    finding: `the target's container "license" is not in the task`,
  },
  {
    name: "a port that is not there",
    damage: (service) => service.loadBalancers[0].containerPort = 80,
    finding: "the target's port 80 is none of the container's: 8080",
  },
  {
    name: "one target group",
    damage: (service) => delete service.loadBalancers[0].advancedConfiguration,
    finding: "give it an alternateTargetGroupArn: blue-green and canary need two",
  },
  {
    name: "the same target group twice",
    damage: ({ loadBalancers: [target] }) =>
      target.advancedConfiguration.alternateTargetGroupArn = target.targetGroupArn,
    finding: "both target groups are the same: traffic could not move",
  },
  {
    name: "one zone",
    damage: (service) => service.networkConfiguration.awsvpcConfiguration.subnets.pop(),
    finding: "give it subnets in two zones at least",
  },
  {
    name: "public addresses",
    damage: (service) =>
      service.networkConfiguration.awsvpcConfiguration.assignPublicIp = "ENABLED",
    finding: 'set assignPublicIp to "DISABLED"',
  },
  {
    name: "zones that stay empty",
    damage: (service) => delete service.availabilityZoneRebalancing,
    finding: 'set availabilityZoneRebalancing to "ENABLED", or a zone that comes back stays empty',
  },
];

/** What our own rules must see in how licensing is scaled. */
export const REFUSED_SCALINGS: readonly BadInput[] = [
  {
    name: "bounds the wrong way round",
    damage: ({ target }) => Object.assign(target, { MinCapacity: 8, MaxCapacity: 2 }),
    finding: "MinCapacity 8 is above MaxCapacity 2",
  },
  {
    name: "one task at night",
    damage: ({ target }) => target.MinCapacity = 1,
    finding: "MinCapacity 1: two at least, or a task that ends is an outage",
  },
  {
    name: "more tasks than partitions",
    damage: ({ target }) => target.MaxCapacity = 9,
    finding:
      "MaxCapacity 9 is above the destination's 8 partitions: the tasks beyond them would have nothing to consume",
  },
  {
    name: "no policy",
    damage: (scaling) => scaling.policies = [],
    finding: "give it a policy, or nothing scales it",
  },
  {
    name: "two policies of one name",
    damage: ({ policies }) => policies[1].PolicyName = policies[0].PolicyName,
    finding: 'two policies are called "licensing-cpu": one replaces the other',
  },
  {
    name: "a policy of another service",
    damage: ({ policies }) => policies[0].ResourceId = "service/cauce/organization",
    finding:
      'policy licensing-cpu: ResourceId is "service/cauce/organization", but the target\'s is "service/cauce/licensing"',
  },
  {
    name: "a hasty scale-in",
    damage: ({ policies }) =>
      policies[0].TargetTrackingScalingPolicyConfiguration.ScaleInCooldown = 30,
    finding:
      "policy licensing-cpu: ScaleInCooldown 30 is shorter than ScaleOutCooldown 60: it would take away faster than it gives",
  },
  {
    name: "a metric that vanishes",
    damage: ({ policies }) => dimensionsOf(policies[2])[1].Value = "cauce:licensing",
    finding:
      'policy licensing-lag: the dimension "cauce:licensing" has a ":", and such metrics vanish',
  },
];

/** What our own rules must see in a schedule. */
export const REFUSED_SCHEDULES: readonly BadInput[] = [
  {
    name: "bounds the wrong way round",
    damage: (action) => action.ScalableTargetAction.MaxCapacity = 2,
    finding: "schedule licensing-day: MinCapacity 3 is above MaxCapacity 2",
  },
  {
    name: "one task at night",
    damage: (action) => action.ScalableTargetAction.MinCapacity = 1,
    finding:
      "schedule licensing-day: MinCapacity 1: two at least, or a task that ends is an outage",
  },
  {
    name: "more tasks than partitions",
    damage: (action) => action.ScalableTargetAction.MaxCapacity = 9,
    finding:
      "schedule licensing-day: MaxCapacity 9 is above the destination's 8 partitions: the tasks beyond them would have nothing to consume",
  },
  {
    name: "no zone",
    damage: (action) => delete action.Timezone,
    finding: "schedule licensing-day: give it a Timezone, or it is UTC in summer and in winter",
  },
  {
    name: "another service",
    damage: (action) => action.ResourceId = "service/cauce/organization",
    finding:
      'schedule licensing-day: ResourceId is "service/cauce/organization", but the target\'s is "service/cauce/licensing"',
  },
];

/** What only AWS's models see. */
export const REFUSED_BY_MODELS:
  readonly (BadInput & { readonly of: "service" | "policy" | "schedule" })[] = [
    {
      of: "service",
      name: "an unknown key",
      damage: (service) => service.desiredCounts = 2,
      finding: 'botocore: Unknown parameter in input: "desiredCounts"',
    },
    {
      of: "service",
      name: "a strategy that ECS has not",
      damage: (service) => service.deploymentConfiguration.strategy = "GREEN_BLUE",
      finding: "'GREEN_BLUE' is not one of",
    },
    {
      of: "policy",
      name: "no target",
      damage: (policy) => delete policy.TargetTrackingScalingPolicyConfiguration.TargetValue,
      finding: "botocore: Missing required parameter in TargetTrackingScalingPolicyConfiguration",
    },
    {
      of: "policy",
      name: "a metric that AWS has not",
      damage: ({ TargetTrackingScalingPolicyConfiguration: configuration }) =>
        configuration.PredefinedMetricSpecification.PredefinedMetricType = "ECSServiceLag",
      finding: "'ECSServiceLag' is not one of",
    },
    {
      of: "schedule",
      name: "an unknown key",
      damage: (action) => action.TimeZone = "UTC",
      finding: 'botocore: Unknown parameter in input: "TimeZone"',
    },
  ];

function dimensionsOf(policy: Damaged): Damaged {
  const { CustomizedMetricSpecification } = policy.TargetTrackingScalingPolicyConfiguration;
  return CustomizedMetricSpecification.Metrics[0].MetricStat.Metric.Dimensions;
}
