/**
 * Builds the image of a service in a container engine.
 *
 * @module
 */

import { join } from "node:path";
import { nativeArchitecture } from "../../dev/services/debian_packages.ts";
import { runCommand } from "../../dev/services/run_command.ts";
import { baseImages } from "./base_images.ts";

/** Builds it from a checkout and returns its ID, `sha256:…`. Throws with the engine's words. */
export async function buildImage(
  service: string,
  { root }: { readonly root: string },
): Promise<string> {
  const { run, build } = await baseImages();
  const args = [
    ...[`SERVICE=${service}`, `DENO_IMAGE=${run}`, `BUILD_IMAGE=${build}`],
    `BUILD_PLATFORM=linux/${nativeArchitecture()}`,
  ];
  const output = await runCommand([
    // The machine's own network: where only that reaches a registry, a container's does not.
    ...["docker", "build", "--quiet", "--network=host"],
    ...["--file", join(root, "deploy/docker/Dockerfile")],
    ...args.flatMap((arg) => ["--build-arg", arg]),
    root,
  ]);
  return output.trim().split("\n").at(-1) ?? "";
}
