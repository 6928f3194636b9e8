/**
 * The Redis binder: partitioned streams, each partition owned by one member of a group at a time.
 *
 * @module
 */

export type { BinderOptions } from "../options.ts";
export { createBinder } from "./binder.ts";
export { parseRedisConfig, type RedisConfig, type RedisNode } from "./config.ts";
