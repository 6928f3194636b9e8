/**
 * The memory binder: a broker inside the process, for development and tests.
 *
 * @module
 */

export { createMemoryBroker, MemoryBroker, type MemoryBrokerOptions } from "./broker.ts";
export { createBinder } from "./binder.ts";
