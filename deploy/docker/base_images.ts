/**
 * The images that the Dockerfile stands on: its own, or stand-ins made of packages where the engine
 * has only those.
 *
 * @module
 */

import { OFFLINE_IMAGES } from "../../dev/services/containers/images.ts";
import { succeeds } from "../../dev/services/run_command.ts";
import { whyNoEngine } from "./engine.ts";

/** An image for each of the Dockerfile's two arguments. */
export interface BaseImages {
  /** Runs the service. */
  readonly run: string;
  /** Runs the steps of the build, on this machine's architecture. */
  readonly build: string;
}

/** Returns what the engine has, and otherwise what it is to pull. */
export async function baseImages(): Promise<BaseImages> {
  const dockerfile = await Deno.readTextFile(new URL("Dockerfile", import.meta.url));
  const official = /^ARG DENO_IMAGE=(\S+)$/m.exec(dockerfile)?.[1] ?? "";
  const { deno, denoBuilder } = OFFLINE_IMAGES;
  const isStandIn = !await isThere(official) && await isThere(deno);
  return isStandIn ? { run: deno, build: denoBuilder } : { run: official, build: official };
}

/** Returns why no image can be built and run here; `undefined` where one can. */
export async function whyNoImages(): Promise<string | undefined> {
  const why = await whyNoEngine();
  if (why) return why;
  const { run } = await baseImages();
  if (await isThere(run) || await succeeds(["docker", "pull", "--quiet", run])) return undefined;
  return `the container engine has no ${run} and cannot pull it (deno task images:offline)`;
}

function isThere(image: string): Promise<boolean> {
  return succeeds(["docker", "image", "inspect", image]);
}
