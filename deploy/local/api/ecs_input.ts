/**
 * What the operations of ECS share.
 *
 * @module
 */

import { z } from "zod";
import type { LocalCluster } from "../cluster/local_cluster.ts";
import { shortName } from "../ecs/arns.ts";
import { EcsError } from "../ecs/errors.ts";

/** Input that names a cluster. */
export const inCluster = z.looseObject({ cluster: z.string().default("default") });

/** A list of names. */
export const names = z.array(z.string()).default([]);

/** Returns the input if it is meant for this cluster. */
export function inThis<Input extends { readonly cluster: string }>(
  cluster: LocalCluster,
  input: Input,
): Input {
  if (shortName(input.cluster) === cluster.name) return input;
  throw new EcsError("ClusterNotFoundException", "Cluster not found.");
}
