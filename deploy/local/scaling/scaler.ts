/**
 * Scales the services of the local cluster: reads metrics once a minute of its own time, decides,
 * sets the desired count, and keeps the history.
 *
 * @module
 */

import type { ClusterService, LocalCluster } from "../cluster/local_cluster.ts";
import {
  cpuUtilization,
  lagPerTask,
  type MetricReader,
  type MetricSources,
  requestCountPerTarget,
} from "./metrics.ts";
import { type MetricName, metricOf, type ScalingPolicy } from "./scaling_input.ts";
import { decideScaling, type PastScaling } from "./target_tracking.ts";

/** One entry of the history. */
export interface ScalingActivity {
  readonly id: string;
  readonly at: number;
  readonly description: string;
  readonly cause: string;
}

/** A service that is scaled. */
export interface ScalableTarget {
  readonly service: ClusterService;
  readonly createdAt: number;
  minCapacity: number;
  maxCapacity: number;
  readonly policies: Map<string, TrackedMetric>;
  /** The latest first. */
  readonly activities: ScalingActivity[];
  lastOut?: PastScaling;
  lastIn?: PastScaling;
}

interface TrackedMetric {
  readonly policy: ScalingPolicy;
  readonly read: MetricReader;
  readonly values: (number | undefined)[];
}

/** What scales. Disposing ends it. */
export interface Scaler extends Disposable {
  /** By the names of services. */
  readonly targets: Map<string, ScalableTarget>;
  register(service: ClusterService, bounds: { min?: number; max?: number }): ScalableTarget;
  /** A second one of the same name replaces the first. */
  putPolicy(target: ScalableTarget, policy: ScalingPolicy): void;
}

/** What a scaler works with. */
export interface ScalerOptions {
  readonly cluster: LocalCluster;
  readonly lag: MetricSources["lag"];
  /** How many times faster than on AWS its minutes and cooldowns go. */
  readonly pace: number;
}

const PERIOD_MS = 60_000;
const KEPT_VALUES = 60;

const READERS: Readonly<Record<MetricName, (sources: MetricSources) => MetricReader>> = {
  cpu: cpuUtilization,
  requests: requestCountPerTarget,
  lag: lagPerTask,
};

/** Starts the scaler; it scales nothing yet. */
export function startScaler({ cluster, lag, pace }: ScalerOptions): Scaler {
  const targets = new Map<string, ScalableTarget>();
  const now = () => performance.now() * pace;
  let isReading = false;

  async function tick(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      for (const target of targets.values()) {
        for (const { read, values } of target.policies.values()) {
          values.push(await read(PERIOD_MS / pace / 1000));
          if (values.length > KEPT_VALUES) values.shift();
        }
        scale(target);
      }
    } finally {
      isReading = false;
    }
  }

  function scale(target: ScalableTarget): void {
    const { service: { local, status }, minCapacity, maxCapacity } = target;
    if (status !== "ACTIVE") return;
    const { desiredCount, deployments } = local.state;
    const decision = decideScaling({
      capacity: desiredCount,
      minCapacity,
      maxCapacity,
      isDeploying: deployments[0]?.rollout === "IN_PROGRESS",
      policies: [...target.policies.values()].map(({ policy, values }) => {
        const configuration = policy.TargetTrackingScalingPolicyConfiguration;
        return {
          name: policy.PolicyName,
          targetValue: configuration.TargetValue,
          scaleOutCooldownMs: configuration.ScaleOutCooldown * 1000,
          scaleInCooldownMs: configuration.ScaleInCooldown * 1000,
          disableScaleIn: configuration.DisableScaleIn,
          values,
        };
      }),
      ...(target.lastOut && { lastOut: target.lastOut }),
      ...(target.lastIn && { lastIn: target.lastIn }),
    }, now());
    if (!decision) return;
    const { capacity, direction, cause, cooldownMs } = decision;
    const done = { at: now(), from: desiredCount, cooldownMs };
    if (direction === "out") target.lastOut = done;
    else target.lastIn = done;
    target.activities.unshift({
      id: crypto.randomUUID(),
      at: Date.now() / 1000,
      description: `Setting desired count to ${capacity}.`,
      cause: `${cause}; from ${desiredCount} to ${capacity} tasks`,
    });
    local.tell({ type: "configure", settings: { desiredCount: capacity } });
  }

  const timer = setInterval(() => void tick(), PERIOD_MS / pace);
  return {
    targets,
    register(service, { min, max }) {
      const known = targets.get(service.name);
      const target = known ?? {
        service,
        createdAt: Date.now() / 1000,
        minCapacity: 0,
        maxCapacity: 0,
        policies: new Map(),
        activities: [],
      };
      target.minCapacity = min ?? target.minCapacity;
      target.maxCapacity = max ?? target.maxCapacity;
      targets.set(service.name, target);
      return target;
    },
    putPolicy(target, policy) {
      const { service } = target;
      const read = READERS[metricOf(policy)]({ service, tasks: cluster.tasks, lag });
      target.policies.set(policy.PolicyName, { policy, read, values: [] });
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
