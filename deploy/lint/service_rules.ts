/**
 * Our rules about services and how they are scaled, beyond what AWS itself refuses.
 *
 * @module
 */

import type { TaskDefinition } from "./task_definition.ts";

/** CreateService's input, as far as the rules look at it. Nothing in it has been checked. */
export interface ServiceInput {
  readonly serviceName?: string;
  readonly desiredCount?: number;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly availabilityZoneRebalancing?: string;
  readonly deploymentConfiguration?: {
    readonly minimumHealthyPercent?: number;
    readonly maximumPercent?: number;
    readonly deploymentCircuitBreaker?: { readonly enable?: boolean; readonly rollback?: boolean };
    readonly alarms?: {
      readonly alarmNames?: readonly string[];
      readonly enable?: boolean;
      readonly rollback?: boolean;
    };
  };
  readonly loadBalancers?: readonly {
    readonly targetGroupArn?: string;
    readonly containerName?: string;
    readonly containerPort?: number;
    readonly advancedConfiguration?: { readonly alternateTargetGroupArn?: string };
  }[];
  readonly networkConfiguration?: {
    readonly awsvpcConfiguration?: {
      readonly subnets?: readonly string[];
      readonly assignPublicIp?: string;
    };
  };
}

type ServiceRule = (service: ServiceInput, task: TaskDefinition) => string | undefined;

const RULES: readonly ServiceRule[] = [
  twoTasks,
  keepsServing,
  roomForOneMore,
  rollsBack,
  rollsBackByAlarm,
  graceCoversStart,
  targetIsInTask,
  otherTargetGroup,
  privateInTwoZones,
  balancedZones,
];

/** Returns a line for each rule that the service breaks; each says what to write instead. */
export function serviceBreaches(service: ServiceInput, task: TaskDefinition): string[] {
  return RULES.map((rule) => rule(service, task)).filter((breach) => breach !== undefined);
}

function twoTasks({ desiredCount = 0 }: ServiceInput): string | undefined {
  if (desiredCount >= 2) return undefined;
  return `desiredCount ${desiredCount}: two at least, or a task that ends is an outage`;
}

function keepsServing({ deploymentConfiguration }: ServiceInput): string | undefined {
  const { minimumHealthyPercent = 0 } = deploymentConfiguration ?? {};
  if (minimumHealthyPercent === 100) return undefined;
  return `minimumHealthyPercent ${minimumHealthyPercent}: 100, or a release takes capacity away`;
}

function roomForOneMore(
  { desiredCount = 0, deploymentConfiguration }: ServiceInput,
): string | undefined {
  const { maximumPercent = 0 } = deploymentConfiguration ?? {};
  const most = Math.floor(desiredCount * maximumPercent / 100);
  if (most > desiredCount) return undefined;
  return `maximumPercent ${maximumPercent} allows ${most} tasks where ${desiredCount} are desired: ` +
    "a release could start none";
}

function rollsBack({ deploymentConfiguration }: ServiceInput): string | undefined {
  const { enable, rollback } = deploymentConfiguration?.deploymentCircuitBreaker ?? {};
  if (enable && rollback) return undefined;
  return "set deploymentCircuitBreaker to enable and rollback, or a bad release stays";
}

/** A version can be healthy and wrong. */
function rollsBackByAlarm({ deploymentConfiguration }: ServiceInput): string | undefined {
  const { alarmNames = [], enable, rollback } = deploymentConfiguration?.alarms ?? {};
  if (enable && rollback && alarmNames.length > 0) return undefined;
  return "name alarms, and set them to enable and rollback, " +
    "or a version that is healthy and answers errors stays";
}

/** Returns a line for each alarm of the service that is not among those that exist. */
export function alarmBreaches(
  { deploymentConfiguration }: ServiceInput,
  existing: readonly string[],
): string[] {
  const { alarmNames = [] } = deploymentConfiguration?.alarms ?? {};
  return alarmNames.filter((name) => !existing.includes(name)).map((name) =>
    `alarm "${name}" is in no template: make it in deploy/cloudformation/alarms.yaml, ` +
    "or ECS has nothing to watch"
  );
}

/** Failing checks count once the grace is over. */
function graceCoversStart(
  { healthCheckGracePeriodSeconds = 0 }: ServiceInput,
  { containerDefinitions = [] }: TaskDefinition,
): string | undefined {
  const longest = Math.max(
    0,
    ...containerDefinitions.map(({ healthCheck }) => healthCheck?.startPeriod ?? 0),
  );
  if (healthCheckGracePeriodSeconds >= longest) return undefined;
  return `healthCheckGracePeriodSeconds ${healthCheckGracePeriodSeconds} is shorter than the ` +
    `container's startPeriod ${longest}: tasks would be replaced while they start`;
}

function targetIsInTask(
  { loadBalancers = [] }: ServiceInput,
  { containerDefinitions = [] }: TaskDefinition,
): string | undefined {
  const [target] = loadBalancers;
  if (!target) return "give it a load balancer, or nobody reaches it";
  const container = containerDefinitions.find(({ name }) => name === target.containerName);
  if (!container) return `the target's container "${target.containerName}" is not in the task`;
  const ports = container.portMappings?.map(({ containerPort }) => containerPort) ?? [];
  if (ports.includes(target.containerPort)) return undefined;
  return `the target's port ${target.containerPort} is none of the container's: ${
    ports.join(", ")
  }`;
}

function otherTargetGroup({ loadBalancers = [] }: ServiceInput): string | undefined {
  for (const { targetGroupArn, advancedConfiguration } of loadBalancers) {
    const other = advancedConfiguration?.alternateTargetGroupArn;
    if (!other) return "give it an alternateTargetGroupArn: blue-green and canary need two";
    if (other === targetGroupArn) return "both target groups are the same: traffic could not move";
  }
  return undefined;
}

function privateInTwoZones({ networkConfiguration }: ServiceInput): string | undefined {
  const { subnets = [], assignPublicIp } = networkConfiguration?.awsvpcConfiguration ?? {};
  if (new Set(subnets).size < 2) return "give it subnets in two zones at least";
  return assignPublicIp === "DISABLED" ? undefined : 'set assignPublicIp to "DISABLED"';
}

function balancedZones({ availabilityZoneRebalancing }: ServiceInput): string | undefined {
  if (availabilityZoneRebalancing === "ENABLED") return undefined;
  return 'set availabilityZoneRebalancing to "ENABLED", or a zone that comes back stays empty';
}
