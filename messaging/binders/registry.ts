/**
 * The binders by name; the only file that names every broker. Each is loaded when it is first used.
 *
 * @module
 */

import type { CreateBinder } from "./options.ts";

/** A binder that can be chosen. */
export type BinderName = "memory" | "kafka" | "redis";

const entries: Readonly<Record<BinderName, () => Promise<{ createBinder: CreateBinder }>>> = {
  memory: () => import("./memory/mod.ts"),
  kafka: () => import("./kafka/mod.ts"),
  redis: () => import("./redis/mod.ts"),
};

/** All binders that can be chosen. */
export const binderNames: readonly BinderName[] = Object.keys(entries) as BinderName[];

/** Known names without a binder yet: refused by name, not as a typing mistake. */
export const plannedBinderNames: readonly string[] = ["rabbitmq"];

/** True when the name is one of `binderNames`. */
export function isBinderName(name: string): name is BinderName {
  return Object.hasOwn(entries, name);
}

/** Loads a binder's code. */
export async function loadBinder(name: BinderName): Promise<CreateBinder> {
  return (await entries[name]()).createBinder;
}
