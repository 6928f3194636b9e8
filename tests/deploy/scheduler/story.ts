/**
 * What may happen to a service, as values that fast-check draws and shrinks.
 *
 * @module
 */

import fc from "fast-check";
import type {
  AlarmSettings,
  CircuitBreaker,
  Strategy,
} from "../../../deploy/local/scheduler/service_state.ts";

/** How the tasks of a version behave. */
export type Behaviour = "good" | "crashes" | "never healthy";

/** One thing that somebody or something does to the service. */
export type Disturbance =
  | { readonly type: "deploy"; readonly behaviour: Behaviour }
  | { readonly type: "desire"; readonly count: number }
  | { readonly type: "alarm" }
  | { readonly type: "kill" };

/** A service, what happens to it, and in which order its tasks get on. */
export interface Story {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly strategy: Strategy;
  readonly circuitBreaker: CircuitBreaker;
  readonly alarms: AlarmSettings;
  readonly disturbances: readonly Disturbance[];
  /** Each chooses the next step of one task; then steps are taken in turn until nothing happens. */
  readonly picks: readonly number[];
}

const behaviour = fc.constantFrom<Behaviour>("good", "good", "crashes", "never healthy");

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 3, arbitrary: behaviour.map((behaviour) => ({ type: "deploy" as const, behaviour })) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 7 }).map((count) => ({ type: "desire" as const, count })),
  },
  { weight: 1, arbitrary: fc.constant({ type: "alarm" as const }) },
  { weight: 1, arbitrary: fc.constant({ type: "kill" as const }) },
);

const threshold = fc.oneof(
  fc.constant({ type: "BOUNDED_PERCENT" as const, value: 50 }),
  fc.record({
    type: fc.constantFrom("BOUNDED_PERCENT" as const, "UNBOUNDED_PERCENT" as const),
    value: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({ type: fc.constant("COUNT" as const), value: fc.integer({ min: 1, max: 5 }) }),
);

const strategy: fc.Arbitrary<Strategy> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: "ROLLING" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ percent: fc.integer({ min: 1, max: 99 }), bakeMs: fc.nat(60_000) }).map(
      (canary) => ({
        type: "SHIFT" as const,
        steps: [canary, { percent: 100, bakeMs: 30_000 }],
      }),
    ),
  },
);

/** Draws stories. */
export const stories: fc.Arbitrary<Story> = fc.record({
  desiredCount: fc.integer({ min: 1, max: 7 }),
  minimumHealthyPercent: fc.constantFrom(0, 30, 50, 75, 100),
  maximumPercent: fc.constantFrom(100, 120, 150, 200, 250),
  strategy,
  circuitBreaker: fc.record({
    enable: fc.constant(true),
    rollback: fc.boolean(),
    resetOnHealthyTask: fc.boolean(),
    threshold,
  }),
  alarms: fc.record({
    enable: fc.boolean(),
    rollback: fc.boolean(),
    bakeMs: fc.constantFrom(0, 90_000),
  }),
  disturbances: fc.array(disturbance, { minLength: 1, maxLength: 4 }),
  picks: fc.array(fc.nat(1000), { maxLength: 60 }),
});
