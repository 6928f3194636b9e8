/**
 * The calls that change something, by which the scripts make both services. Every ECS must hear the
 * same ones.
 *
 * @module
 */

const MAKES_ONE = ["RegisterTaskDefinition", "CreateService"];

/** Of `up`, for both services. */
export const UP_CALLS: readonly string[] = [...MAKES_ONE, ...MAKES_ONE];

/** Of `scale licensing`. */
export const SCALE_LICENSING_CALLS: readonly string[] = [
  "RegisterScalableTarget",
  ...Array.from({ length: 3 }, () => "PutScalingPolicy"),
  ...Array.from({ length: 2 }, () => "PutScheduledAction"),
];
