// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task images:offline`: builds stand-ins for the official images from packages, for container
 * engines that cannot pull.
 *
 * @module
 */

import { readOptions, refuse } from "../../command_line.ts";
import { OFFLINE_IMAGES } from "../containers/images.ts";
import { succeeds } from "../run_command.ts";
import { type Architecture, nativeArchitecture } from "../debian_packages.ts";
import { buildDenoBuilderImage, buildDenoImage } from "./deno_image.ts";
import { buildKafkaImage } from "./kafka_image.ts";
import { buildRedisImage } from "./redis_image.ts";

const USAGE = `Builds images of Kafka, Redis and Deno from packages, for engines that cannot pull.

deno task images:offline [options]
  --force            build also what is there already
  --architecture A   amd64 or arm64: also a Deno for that, to build services for other machines
  -h, --help         this text

Wants: docker, npm, and on Debian the packages a JDK 17, Maven and busybox-static come from.`;

type Build = (image: string, say: (line: string) => void) => Promise<void>;

const { kafka, redis, deno, denoBuilder } = OFFLINE_IMAGES;

async function main(): Promise<number> {
  const { force, architecture } = readOptions({
    force: { type: "boolean", default: false },
    architecture: { type: "string", default: nativeArchitecture() },
  }, USAGE);
  if (architecture !== "amd64" && architecture !== "arm64") {
    return refuse(`--architecture is amd64 or arm64, not "${architecture}"`, USAGE);
  }
  const builds: Record<string, Build> = {
    [kafka]: buildKafkaImage,
    [redis]: buildRedisImage,
    [deno]: buildDenoImage,
    [denoBuilder]: (image) => buildDenoBuilderImage(image, deno),
    ...(architecture !== nativeArchitecture() && foreignDeno(architecture)),
  };
  for (const [image, build] of Object.entries(builds)) {
    const begun = performance.now();
    if (!force && await succeeds(["docker", "image", "inspect", image])) {
      console.error(`${image}: there already`);
      continue;
    }
    await build(image, (line) => console.error(`${image}: ${line}`));
    console.error(`${image}: built in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }
  return 0;
}

function foreignDeno(architecture: Architecture): Record<string, Build> {
  return {
    [`${deno}-${architecture}`]: (image, say) => buildDenoImage(image, say, { architecture }),
  };
}

Deno.exit(await main());
