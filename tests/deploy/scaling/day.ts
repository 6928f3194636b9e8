/**
 * A day of load on a service that is scaled, and the rules that each step must keep.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import fc from "fast-check";
import type {
  decideScaling,
  PastScaling,
  ScalingDecision,
  ScalingState,
} from "../../../deploy/local/scaling/target_tracking.ts";

/** The function under test, or a mutant of it. */
export type Decide = typeof decideScaling;

interface Day {
  readonly minCapacity: number;
  readonly extra: number;
  readonly policies: readonly PolicyOfDay[];
  /** Load of each hour and policy, as tasks at their target. */
  readonly hours: readonly { readonly loads: readonly number[]; readonly isDeploying: boolean }[];
}

interface PolicyOfDay {
  readonly targetValue: number;
  readonly scaleOutCooldownMs: number;
  readonly scaleInCooldownMs: number;
  readonly disableScaleIn: boolean;
}

const PERIOD_MS = 60_000;
const PERIODS_PER_HOUR = 60;
/** A task takes load so many periods after it was asked for. */
const START_PERIODS = 2;

const policyOfDay: fc.Arbitrary<PolicyOfDay> = fc.record({
  targetValue: fc.integer({ min: 1, max: 1000 }),
  scaleOutCooldownMs: fc.integer({ min: 0, max: 300_000 }),
  scaleInCooldownMs: fc.integer({ min: 0, max: 600_000 }),
  disableScaleIn: fc.nat(5).map((roll) => roll === 0),
});

const day: fc.Arbitrary<Day> = fc.record({
  minCapacity: fc.integer({ min: 1, max: 4 }),
  extra: fc.integer({ min: 0, max: 12 }),
  policies: fc.array(policyOfDay, { minLength: 1, maxLength: 2 }),
  hours: fc.array(
    fc.record({
      loads: fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.nat(20)),
      isDeploying: fc.nat(4).map((roll) => roll === 0),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

/** Every step of every day keeps the rules, and steady load ends in a steady capacity. */
export function scalingKeepsRules(decide: Decide): fc.IProperty<[Day]> {
  return fc.property(day, (day) => live(day, decide));
}

function live(day: Day, decide: Decide): void {
  const maxCapacity = day.minCapacity + day.extra;
  const capacities: number[] = [];
  const values: number[][] = day.policies.map(() => []);
  let capacity = day.minCapacity;
  let [lastOut, lastIn]: (PastScaling | undefined)[] = [];
  let now = 0;
  for (const { loads, isDeploying } of day.hours) {
    const decisions: ScalingDecision[] = [];
    for (let period = 0; period < PERIODS_PER_HOUR; period++) {
      now += PERIOD_MS;
      const running = Math.min(capacity, capacities.at(-START_PERIODS) ?? capacity);
      day.policies.forEach(({ targetValue }, index) =>
        values[index]?.push((loads[index] ?? 0) * targetValue / running)
      );
      const state: ScalingState = {
        capacity,
        minCapacity: day.minCapacity,
        maxCapacity,
        isDeploying,
        policies: day.policies.map((policy, index) => ({
          ...policy,
          name: `policy ${index}`,
          values: values[index] ?? [],
        })),
        ...(lastOut && { lastOut }),
        ...(lastIn && { lastIn }),
      };
      const decision = decide(state, now);
      if (decision) {
        judge(state, decision, now);
        decisions.push(decision);
        const done = { at: now, from: capacity, cooldownMs: decision.cooldownMs };
        if (decision.direction === "out") lastOut = done;
        else lastIn = done;
        capacity = decision.capacity;
      }
      capacities.push(capacity);
    }
    judgeHour(day, { loads, isDeploying, decisions, capacity, maxCapacity });
  }
}

function judge(state: ScalingState, decision: ScalingDecision, now: number): void {
  const { capacity, lastOut, lastIn, policies } = state;
  ok(decision.capacity >= state.minCapacity, "not below the minimum");
  ok(decision.capacity <= state.maxCapacity, "not above the maximum");
  ok(Math.sign(decision.capacity - capacity) === (decision.direction === "out" ? 1 : -1));
  const named = policies.find(({ name }) => decision.cause.includes(name));
  ok(named, "the cause names a policy");
  if (decision.direction === "out") {
    const recent = named.values.slice(-3);
    ok(recent.length === 3 && recent.every((value) => (value ?? 0) > named.targetValue), "high");
    const cooling = lastOut && now - lastOut.at < lastOut.cooldownMs;
    const wish = (cooling ? Math.min(lastOut.from, capacity) : capacity) *
      (named.values.at(-1) ?? 0) / named.targetValue;
    ok(decision.capacity < wish + 1, "what was added counts during the cooldown");
    return;
  }
  ok(!state.isDeploying, "nothing is scaled in during a deployment");
  ok(!named.disableScaleIn, "a policy without scale-in scales nothing in");
  const lastWasIn = lastIn && lastIn.at >= (lastOut?.at ?? 0);
  ok(!lastWasIn || now - lastIn.at >= lastIn.cooldownMs, "scale-ins keep their cooldown");
  for (const { disableScaleIn, values, targetValue } of policies) {
    if (disableScaleIn) continue;
    const recent = values.slice(-15);
    ok(recent.length === 15, "scale-in takes its time");
    ok(recent.every((value) => (value ?? Infinity) < targetValue * 0.9), "all policies agree");
    ok(
      Math.max(...recent.map((value) => value ?? 0)) * capacity <=
        targetValue * decision.capacity * (1 + 1e-9),
    );
  }
}

interface Hour {
  readonly loads: readonly number[];
  readonly isDeploying: boolean;
  readonly decisions: readonly ScalingDecision[];
  readonly capacity: number;
  readonly maxCapacity: number;
}

/** The load was the same for an hour: it is served, and the capacity went one way only. */
function judgeHour(day: Day, hour: Hour): void {
  const { decisions, capacity, maxCapacity, isDeploying } = hour;
  const mayShrink = day.policies.every(({ disableScaleIn }) => !disableScaleIn);
  // Policies without scale-in are not asked whether to scale in: beside others they make it flap.
  if (!mayShrink && !day.policies.every(({ disableScaleIn }) => disableScaleIn)) return;
  const load = Math.max(...day.policies.map((_, index) => hour.loads[index] ?? 0));
  ok(load <= capacity * (1 + 1e-9) || capacity === maxCapacity, "the load is served");
  const firstIn = decisions.findIndex(({ direction }) => direction === "in");
  const outAfter = decisions.slice(firstIn).some(({ direction }) => direction === "out");
  ok(firstIn < 0 || !outAfter, "steady load does not flap");
  const least = Math.max(day.minCapacity, load / 0.9 + 1);
  ok(isDeploying || !mayShrink || capacity <= least + 1e-9, "what is idle goes");
}
