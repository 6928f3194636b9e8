/**
 * Opens a runtime by its name.
 *
 * @module
 */

import { join } from "node:path";
import { openDockerRuntime } from "./docker/docker_runtime.ts";
import { openProcessRuntime } from "./process/process_runtime.ts";
import type { Runtime, RuntimeName } from "./runtime.ts";

/** Opens it. `folder` is for its files. Throws where it cannot run anything. */
export async function openRuntime(
  name: RuntimeName,
  { folder }: { readonly folder: string },
): Promise<Runtime> {
  return name === "docker" ? await openDockerRuntime() : openProcessRuntime(join(folder, "images"));
}
