/**
 * Ways of scaling that break one rule each. The properties must reject every one.
 *
 * @module
 */

import {
  decideScaling,
  type ScalingDecision,
  type ScalingState,
  type TrackedPolicy,
} from "../../../deploy/local/scaling/target_tracking.ts";
import type { Decide } from "./day.ts";

/** A broken way of scaling, and what is wrong with it. */
export interface ScalingMutant {
  /** Completes "scaling that …". */
  readonly name: string;
  readonly decide: Decide;
}

/** All of them. */
export const SCALING_MUTANTS: readonly ScalingMutant[] = [
  sees("knows no maximum", (state) => ({ ...state, maxCapacity: 1000 })),
  sees("knows no minimum", (state) => ({ ...state, minCapacity: 0 })),
  sees("scales in during a deployment", (state) => ({ ...state, isDeploying: false })),
  sees("scales out on one high value", (state) =>
    withPolicies(state, (policy) => {
      const last = policy.values.at(-1);
      const isHigh = (last ?? 0) > policy.targetValue;
      return isHigh ? { ...policy, values: [last, last, last] } : policy;
    })),
  sees("scales in on one low value", (state) =>
    withPolicies(state, (policy) => ({
      ...policy,
      values: Array.from({ length: 15 }, () => policy.values.at(-1)),
    }))),
  sees("keeps no cooldown after a scale-in", ({ lastIn: _, ...state }) => state),
  sees("counts what it added twice", ({ lastOut: _, ...state }) => state),
  sees(
    "scales in although a policy forbids it",
    (state) => withPolicies(state, (policy) => ({ ...policy, disableScaleIn: false })),
  ),
  sees("scales in when one policy alone is low", (state) => ({
    ...state,
    policies: state.policies.slice(0, 1),
  })),
  sees(
    "never scales in",
    (state) => withPolicies(state, (policy) => ({ ...policy, disableScaleIn: true })),
  ),
  does("adds one task too many", (decision) => ({ ...decision, capacity: decision.capacity + 1 })),
  does("removes one task too many", (decision) => ({
    ...decision,
    capacity: decision.direction === "in" ? decision.capacity - 1 : decision.capacity,
  })),
  does("says no cause", (decision) => ({ ...decision, cause: "" })),
  { name: "does nothing", decide: () => undefined },
];

function sees(name: string, see: (state: ScalingState) => ScalingState): ScalingMutant {
  return { name, decide: (state, now) => decideScaling(see(state), now) };
}

function does(name: string, change: (decision: ScalingDecision) => ScalingDecision): ScalingMutant {
  return {
    name,
    decide(state, now) {
      const decision = decideScaling(state, now);
      return decision && change(decision);
    },
  };
}

function withPolicies(
  state: ScalingState,
  change: (policy: TrackedPolicy) => TrackedPolicy,
): ScalingState {
  return { ...state, policies: state.policies.map(change) };
}
