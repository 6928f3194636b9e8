/**
 * The conformance suite: whoever writes a binder proves it with `testBinder(harness)`.
 *
 * @module
 */

export type { Case } from "./case.ts";
export { cases } from "./cases.ts";
export type { BinderHarness } from "./harness.ts";
export { runCase, testBinder } from "./register.ts";
export { until } from "./until.ts";
export { World, type WorldLayers } from "./world.ts";
