/**
 * Redis as a local process.
 *
 * @module
 */

import { join } from "node:path";
import { debianFolder } from "../debian_packages.ts";
import { freePort } from "../free_port.ts";
import { findProgram } from "../run_command.ts";
import type { Say, StartedService, Starter, StartOptions } from "../service.ts";
import { serviceFolder, startLocalService } from "./local_service.ts";

/** The server and those of its libraries that few other programs use. */
const PACKAGES = ["redis-server", "redis-tools", "libatomic1", "libjemalloc2", "liblzf1"];

/** Runs `redis-server` from the PATH, or else Debian's, unpacked into the cache folder. */
export const redisProcess: Starter = {
  async missing() {
    if (await findProgram("redis-server") || await findProgram("apt-get")) return undefined;
    return "no redis-server on the PATH; install Redis 7 or newer (brew install redis), or Docker";
  },
  start: startRedis,
};

async function startRedis({ say, syncsEachWrite = false }: StartOptions): Promise<StartedService> {
  const { program, libraries } = await findRedis(say);
  const port = freePort();
  const folder = await serviceFolder("redis");
  const sync = syncsEachWrite ? "always" : "everysec";
  return await startLocalService({
    address: `redis://127.0.0.1:${port}`,
    port,
    folder,
    libraries,
    command: [
      program,
      ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder],
      ...["--save", "", "--appendonly", "yes", "--appendfsync", sync],
    ],
    readyText: "Ready to accept connections",
  });
}

/** Returns the server and the folders of libraries that it needs besides the installed ones. */
export async function findRedis(
  say: Say,
): Promise<{ program: string; libraries: string }> {
  const program = await findProgram("redis-server");
  if (program) return { program, libraries: "" };
  const { root, libraries } = await debianFolder("redis", { packages: PACKAGES, say });
  return { program: join(root, "usr", "bin", "redis-server"), libraries };
}
