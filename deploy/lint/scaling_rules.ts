/**
 * Our rules about how services are scaled.
 *
 * @module
 */

/** A file of deploy/autoscaling, as far as the rules look at it. Nothing in it has been checked. */
export interface ScalingFile {
  readonly target?: ScalableTarget;
  readonly policies?: readonly ScalingPolicy[];
  readonly scheduled?: readonly ScheduledAction[];
}

interface Named {
  readonly ServiceNamespace?: string;
  readonly ResourceId?: string;
  readonly ScalableDimension?: string;
}

interface ScalableTarget extends Named {
  readonly MinCapacity?: number;
  readonly MaxCapacity?: number;
}

interface ScheduledAction extends Named {
  readonly ScheduledActionName?: string;
  readonly Timezone?: string;
  readonly ScalableTargetAction?: Pick<ScalableTarget, "MinCapacity" | "MaxCapacity">;
}

interface ScalingPolicy extends Named {
  readonly PolicyName?: string;
  readonly TargetTrackingScalingPolicyConfiguration?: {
    readonly ScaleOutCooldown?: number;
    readonly ScaleInCooldown?: number;
    readonly CustomizedMetricSpecification?: { readonly Metrics?: readonly Metric[] };
  };
}

interface Metric {
  readonly MetricStat?: {
    readonly Metric?: { readonly Dimensions?: readonly { readonly Value?: string }[] };
  };
}

/** What the rules must know besides the file. */
export interface ScalingFacts {
  /** Of the destination that the service consumes; none for one that consumes nothing. */
  readonly partitions?: number;
}

/** Returns a line for each rule that the file breaks; each says what to write instead. */
export function scalingBreaches(file: ScalingFile, { partitions }: ScalingFacts): string[] {
  const { target = {}, policies = [], scheduled = [] } = file;
  const found: (string | undefined)[] = [
    ...bounds(target, partitions),
    policies.length === 0 ? "give it a policy, or nothing scales it" : undefined,
    twice(policies.map(({ PolicyName = "" }) => PolicyName)),
    ...policies.map((policy) => sameService(target, policy)),
    ...policies.map(slowIn),
    ...policies.map(namesWithoutColon),
    ...scheduled.flatMap((action) => scheduledBounds(action, { target, partitions })),
  ];
  return found.filter((breach) => breach !== undefined);
}

function bounds(
  { MinCapacity: min = 0, MaxCapacity: max = 0 }: ScalableTarget,
  partitions: number | undefined,
): (string | undefined)[] {
  return [
    min > max ? `MinCapacity ${min} is above MaxCapacity ${max}` : undefined,
    min < 2 ? `MinCapacity ${min}: two at least, or a task that ends is an outage` : undefined,
    partitions !== undefined && max > partitions
      ? `MaxCapacity ${max} is above the destination's ${partitions} partitions: ` +
        "the tasks beyond them would have nothing to consume"
      : undefined,
  ];
}

/** What a schedule puts holds until the next one, so it is bound like the rest. */
function scheduledBounds(
  action: ScheduledAction,
  { target, partitions }: { target: ScalableTarget; partitions: number | undefined },
): string[] {
  const { ScheduledActionName: name, Timezone, ScalableTargetAction = {} } = action;
  const keys = ["ServiceNamespace", "ResourceId", "ScalableDimension"] as const;
  const other = keys.find((key) => target[key] !== action[key]);
  return [
    ...bounds({ ...target, ...ScalableTargetAction }, partitions),
    other && `${other} is "${action[other]}", but the target's is "${target[other]}"`,
    Timezone ? undefined : "give it a Timezone, or it is UTC in summer and in winter",
  ].flatMap((breach) => breach ? [`schedule ${name}: ${breach}`] : []);
}

function twice(names: readonly string[]): string | undefined {
  const name = names.find((name, index) => names.indexOf(name) !== index);
  return name === undefined
    ? undefined
    : `two policies are called "${name}": one replaces the other`;
}

function sameService(target: Named, policy: ScalingPolicy): string | undefined {
  const keys = ["ServiceNamespace", "ResourceId", "ScalableDimension"] as const;
  const other = keys.find((key) => target[key] !== policy[key]);
  if (!other) return undefined;
  return `policy ${policy.PolicyName}: ${other} is "${policy[other]}", ` +
    `but the target's is "${target[other]}"`;
}

function slowIn(
  { PolicyName, TargetTrackingScalingPolicyConfiguration }: ScalingPolicy,
): string | undefined {
  // 300 s is what AWS takes where nothing is said.
  const { ScaleOutCooldown: out = 300, ScaleInCooldown: into = 300 } =
    TargetTrackingScalingPolicyConfiguration ?? {};
  if (into >= out) return undefined;
  return `policy ${PolicyName}: ScaleInCooldown ${into} is shorter than ScaleOutCooldown ${out}: ` +
    "it would take away faster than it gives";
}

/** CloudWatch has no data for a dimension with one in it, and the policy never acts. */
function namesWithoutColon(
  { PolicyName, TargetTrackingScalingPolicyConfiguration }: ScalingPolicy,
): string | undefined {
  const metrics =
    TargetTrackingScalingPolicyConfiguration?.CustomizedMetricSpecification?.Metrics ?? [];
  const values = metrics.flatMap(({ MetricStat }) => MetricStat?.Metric?.Dimensions ?? [])
    .map(({ Value = "" }) => Value);
  const bad = values.find((value) => value.includes(":"));
  if (bad === undefined) return undefined;
  return `policy ${PolicyName}: the dimension "${bad}" has a ":", and such metrics vanish`;
}
