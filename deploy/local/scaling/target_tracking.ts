/**
 * Target tracking as Application Auto Scaling documents it: a pure function from what was measured
 * to the number of tasks that a service should have.
 *
 * @module
 */

/** A service that may be scaled, and what happened to it so far. Times are in ms of one clock. */
export interface ScalingState {
  /** Its desired count. */
  readonly capacity: number;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** Nothing is scaled in while a deployment is on its way. */
  readonly isDeploying: boolean;
  readonly policies: readonly TrackedPolicy[];
  readonly lastOut?: PastScaling;
  readonly lastIn?: PastScaling;
}

/** One target tracking policy and its metric. */
export interface TrackedPolicy {
  readonly name: string;
  /** What the metric, an average over the tasks, should be. */
  readonly targetValue: number;
  readonly scaleOutCooldownMs: number;
  readonly scaleInCooldownMs: number;
  readonly disableScaleIn: boolean;
  /** One value a period, the latest last; `undefined` where there was none. */
  readonly values: readonly (number | undefined)[];
}

/** A scaling that was done. */
export interface PastScaling {
  readonly at: number;
  /** The capacity before. */
  readonly from: number;
  /** Of the policy that caused it. */
  readonly cooldownMs: number;
}

/** What to do, and why. */
export interface ScalingDecision {
  readonly direction: "out" | "in";
  readonly capacity: number;
  readonly cooldownMs: number;
  /** For the history of scaling activities. */
  readonly cause: string;
}

/** So many periods in a row above the target cause a scale-out… */
const HIGH_PERIODS = 3;
/** …and so many below nine tenths of it a scale-in. */
const LOW_PERIODS = 15;
const LOW_SHARE = 0.9;

/** Returns the next scaling, if one is due. */
export function decideScaling(state: ScalingState, now: number): ScalingDecision | undefined {
  const { capacity, minCapacity, maxCapacity } = state;
  const bounded = clamp(capacity, state);
  if (bounded !== capacity) {
    const bound = bounded === minCapacity ? `minimum ${minCapacity}` : `maximum ${maxCapacity}`;
    const cause = `capacity ${capacity} is outside its bounds: set to the ${bound}`;
    return {
      direction: bounded > capacity ? "out" : "in",
      capacity: bounded,
      cooldownMs: 0,
      cause,
    };
  }
  return scaleOut(state, now) ?? scaleIn(state, now);
}

/** Any policy may ask for more; the largest wish counts. */
function scaleOut(state: ScalingState, now: number): ScalingDecision | undefined {
  const { capacity, policies, lastOut } = state;
  // What an earlier scale-out added has no effect on the metric yet: it is part of the wish.
  const isCooling = lastOut !== undefined && now - lastOut.at < lastOut.cooldownMs;
  const base = isCooling ? Math.min(lastOut.from, capacity) : capacity;
  const wishes = policies.filter(isHigh).map((policy) => ({
    policy,
    capacity: clamp(needed(policy, base, latest(policy)), state),
  }));
  const largest = wishes.toSorted((a, b) => b.capacity - a.capacity)[0];
  if (!largest || largest.capacity <= capacity) return undefined;
  const { policy } = largest;
  return {
    direction: "out",
    capacity: largest.capacity,
    cooldownMs: policy.scaleOutCooldownMs,
    cause: `policy ${policy.name}: ${latest(policy)} was above the target ${policy.targetValue} ` +
      `for ${HIGH_PERIODS} periods`,
  };
}

/** All policies that may scale in must agree; the largest wish counts. */
function scaleIn(state: ScalingState, now: number): ScalingDecision | undefined {
  const { capacity, isDeploying, lastIn, lastOut } = state;
  const policies = state.policies.filter(({ disableScaleIn }) => !disableScaleIn);
  if (isDeploying || policies.length === 0 || !policies.every(isLow)) return undefined;
  // A scale-out ends the cooldown of the scale-in before it.
  const isCooling = lastIn !== undefined && now - lastIn.at < lastIn.cooldownMs &&
    lastIn.at >= (lastOut?.at ?? -Infinity);
  if (isCooling) return undefined;
  const wishes = policies.map((policy) => ({
    policy,
    capacity: clamp(needed(policy, capacity, Math.max(...window(policy))), state),
  }));
  const largest = wishes.toSorted((a, b) => b.capacity - a.capacity)[0];
  if (!largest || largest.capacity >= capacity) return undefined;
  const { policy } = largest;
  return {
    direction: "in",
    capacity: largest.capacity,
    cooldownMs: policy.scaleInCooldownMs,
    cause: `policy ${policy.name}: at most ${Math.max(...window(policy))} for ${LOW_PERIODS} ` +
      `periods, below ${LOW_SHARE * 100} % of the target ${policy.targetValue}`,
  };
}

function isHigh({ values, targetValue }: TrackedPolicy): boolean {
  const recent = values.slice(-HIGH_PERIODS);
  return recent.length === HIGH_PERIODS && recent.every((value) => (value ?? 0) > targetValue);
}

function isLow({ values, targetValue }: TrackedPolicy): boolean {
  const recent = values.slice(-LOW_PERIODS);
  return recent.length === LOW_PERIODS &&
    recent.every((value) => value !== undefined && value < targetValue * LOW_SHARE);
}

function window({ values }: TrackedPolicy): number[] {
  return values.slice(-LOW_PERIODS).map((value) => value ?? 0);
}

function latest({ values }: TrackedPolicy): number {
  return values.at(-1) ?? 0;
}

/** So many tasks that the metric would be at the target if the load were spread over them. */
function needed({ targetValue }: TrackedPolicy, capacity: number, value: number): number {
  return Math.ceil(capacity * value / targetValue);
}

function clamp(capacity: number, { minCapacity, maxCapacity }: ScalingState): number {
  return Math.min(Math.max(capacity, minCapacity), maxCapacity);
}
