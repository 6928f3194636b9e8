/**
 * An image of Redis that is nothing but the server and its libraries.
 *
 * @module
 */

import { findRedis } from "../processes/redis.ts";
import type { Say } from "../service.ts";
import { createRootFolder } from "./root_folder.ts";

/** Builds it from the server on the PATH, or else from Debian's package. */
export async function buildRedisImage(image: string, say: Say): Promise<void> {
  const { program, libraries } = await findRedis(say);
  await using root = await createRootFolder();
  await root.add(program, "/usr/bin/redis-server");
  await root.addLibrariesOf(program, libraries);
  await root.toImage(image, [
    "ENV PATH=/usr/bin LD_LIBRARY_PATH=/lib",
    "WORKDIR /data",
    "EXPOSE 6379",
    'CMD ["redis-server"]',
  ]);
}
