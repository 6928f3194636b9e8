/**
 * Our rules about how services are scaled.
 *
 * @module
 */

/** A file of deploy/autoscaling, as far as the rules look at it. Nothing in it has been checked. */
export interface ScalingFile {
  readonly target?: ScalableTarget;
  readonly policies?: readonly ScalingPolicy[];
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
  const { target = {}, policies = [] } = file;
  const { MinCapacity: min = 0, MaxCapacity: max = 0 } = target;
  const found: (string | undefined)[] = [
    min > max ? `MinCapacity ${min} is above MaxCapacity ${max}` : undefined,
    min < 2 ? `MinCapacity ${min}: two at least, or a task that ends is an outage` : undefined,
    partitions !== undefined && max > partitions
      ? `MaxCapacity ${max} is above the destination's ${partitions} partitions: ` +
        "the tasks beyond them would have nothing to consume"
      : undefined,
    policies.length === 0 ? "give it a policy, or nothing scales it" : undefined,
    twice(policies.map(({ PolicyName = "" }) => PolicyName)),
    ...policies.map((policy) => sameService(target, policy)),
    ...policies.map(slowIn),
    ...policies.map(namesWithoutColon),
  ];
  return found.filter((breach) => breach !== undefined);
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
