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
import {
  type MetricName,
  metricOf,
  type ScalingPolicy,
  type ScheduledAction,
} from "./scaling_input.ts";
import { isDue, matcherOf } from "./schedule.ts";
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
  readonly scheduled: Map<string, PutAction>;
  /** The latest first. */
  readonly activities: ScalingActivity[];
  lastOut?: PastScaling;
  lastIn?: PastScaling;
}

/** A scheduled action, and when it was put. */
export interface PutAction {
  readonly action: ScheduledAction;
  readonly createdAt: number;
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
  /** The same. Its schedule is by the machine's clock, whatever the pace. Throws where it is none. */
  putAction(target: ScalableTarget, action: ScheduledAction): void;
}

/** What a scaler works with. */
export interface ScalerOptions {
  readonly cluster: LocalCluster;
  readonly lag: MetricSources["lag"];
  /** How many times faster than on AWS its minutes and cooldowns go. */
  readonly pace: number;
  /** The clock of schedules, in ms since 1970; the machine's without it. */
  readonly wallClock?: () => number;
}

const PERIOD_MS = 60_000;
const KEPT_VALUES = 60;

const READERS: Readonly<Record<MetricName, (sources: MetricSources) => MetricReader>> = {
  cpu: cpuUtilization,
  requests: requestCountPerTarget,
  lag: lagPerTask,
};

/** Starts the scaler; it scales nothing yet. */
export function startScaler(options: ScalerOptions): Scaler {
  const { cluster, lag, pace, wallClock = Date.now } = options;
  const targets = new Map<string, ScalableTarget>();
  const now = () => performance.now() * pace;
  let isReading = false;
  let lookedAt = wallClock();

  async function tick(): Promise<void> {
    if (isReading) return;
    isReading = true;
    const span = { after: lookedAt, until: wallClock() };
    lookedAt = span.until;
    try {
      for (const target of targets.values()) {
        for (const put of target.scheduled.values()) {
          if (isDue(scheduleOf(put), span)) actOn(target, put.action);
        }
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

  /** Bounds that change bring the desired count between them at the next look. */
  function actOn(target: ScalableTarget, { ScalableTargetAction, ...action }: ScheduledAction) {
    const { MinCapacity = target.minCapacity, MaxCapacity = target.maxCapacity } =
      ScalableTargetAction;
    target.minCapacity = MinCapacity;
    target.maxCapacity = MaxCapacity;
    target.activities.unshift({
      id: crypto.randomUUID(),
      at: Date.now() / 1000,
      description: `Setting min capacity to ${MinCapacity} and max capacity to ${MaxCapacity}`,
      cause: `scheduled action ${action.ScheduledActionName} was due`,
    });
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
        scheduled: new Map(),
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
    putAction(target, action) {
      const put = { action, createdAt: wallClock() };
      matcherOf(scheduleOf(put));
      target.scheduled.set(action.ScheduledActionName, put);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function scheduleOf({ action: { Schedule, Timezone }, createdAt }: PutAction) {
  return { expression: Schedule, timezone: Timezone, createdAt };
}
