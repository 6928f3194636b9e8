// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task images:offline`: builds stand-ins for the official images from packages, for container
 * engines that cannot pull.
 *
 * @module
 */

import { readOptions } from "../../command_line.ts";
import { OFFLINE_IMAGES } from "../containers/images.ts";
import { succeeds } from "../run_command.ts";
import { buildKafkaImage } from "./kafka_image.ts";
import { buildRedisImage } from "./redis_image.ts";

const USAGE = `Builds images of Kafka and Redis from packages, for engines that cannot pull.

deno task images:offline [--force]
  --force      build also what is there already
  -h, --help   this text

Wants: docker, and on Debian the packages a JDK 17, Maven and busybox-static come from.`;

const BUILDERS = { kafka: buildKafkaImage, redis: buildRedisImage } as const;

async function main(): Promise<number> {
  const { force } = readOptions({ force: { type: "boolean", default: false } }, USAGE);
  for (const name of ["kafka", "redis"] as const) {
    const begun = performance.now();
    const image = OFFLINE_IMAGES[name];
    if (!force && await succeeds(["docker", "image", "inspect", image])) {
      console.error(`${image}: there already`);
      continue;
    }
    await BUILDERS[name](image, (line) => console.error(`${image}: ${line}`));
    console.error(`${image}: built in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }
  return 0;
}

Deno.exit(await main());
