/**
 * The memory binder: a broker inside the process, for development and tests.
 *
 * @module
 */

export type { BinderOptions } from "../options.ts";
export { createMemoryBroker, MemoryBroker, type MemoryBrokerOptions } from "./broker.ts";
export { createBinder } from "./binder.ts";
