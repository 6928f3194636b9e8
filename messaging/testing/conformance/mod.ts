/**
 * The conformance suite: whoever writes a binder proves it with `testBinder(harness)`.
 *
 * @module
 */

export type { Case } from "./case.ts";
export { cases } from "./cases.ts";
export {
  delegateAssignment,
  delegateBinder,
  delegateConsumer,
  delegateProducer,
  delegateReceiver,
} from "./delegate.ts";
export type { BinderHarness } from "./harness.ts";
export { runCase, testBinder } from "./register.ts";
export { until } from "./until.ts";
export { type Gate, World, type WorldOptions } from "./world.ts";
