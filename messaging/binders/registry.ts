/**
 * The binders by name; the only file that names every broker. Each is loaded when it is first used.
 *
 * @module
 */

import type { CreateBinder } from "./options.ts";

const entries = {
  memory: () => import("./memory/mod.ts"),
  kafka: () => import("./kafka/mod.ts"),
  redis: () => import("./redis/mod.ts"),
} as const satisfies Record<string, () => Promise<{ createBinder: CreateBinder }>>;

/** A binder that can be chosen. */
export type BinderName = keyof typeof entries;

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
