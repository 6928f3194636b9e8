/**
 * What a binding may ask of its binder.
 *
 * @module
 */

import type { Binder, BinderFeatures } from "./binder.ts";
import { MissingFeatureError } from "./errors.ts";

/** A promise that not every binder can give. */
export type Need = keyof BinderFeatures;

/** Throws `MissingFeatureError` when the binder cannot give what the binding needs. */
export function assertFeatures(binding: string, binder: Binder, needs: readonly Need[]): void {
  const missing = needs.find((need) => !binder.features[need]);
  if (missing !== undefined) throw new MissingFeatureError(binding, binder.name, missing);
}
