/**
 * The folder where downloads stay between runs, filled by one run at a time.
 *
 * @module
 */

import { join } from "node:path";
import type { Say } from "./service.ts";

/** Returns `CAUCE_CACHE`, or this project's folder among the user's caches. */
export function cacheFolder(): string {
  const given = Deno.env.get("CAUCE_CACHE");
  if (given) return given;
  const home = Deno.env.get("HOME") ?? Deno.cwd();
  const caches = Deno.env.get("XDG_CACHE_HOME") ||
    (Deno.build.os === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache"));
  return join(caches, "cauce");
}

/** What to fill a folder of the cache with. */
export interface Fill {
  readonly say: Say;
  /** Writes into the folder. One that throws leaves a folder that the next run fills anew. */
  readonly fill: (folder: string) => Promise<void>;
}

/**
 * Returns the cache's folder of that name, filled. Runs that start at the same time wait for the
 * one that fills it; the lock is the system's and ends with its process.
 */
export async function filledFolder(name: string, { fill, say }: Fill): Promise<string> {
  const folder = join(cacheFolder(), name);
  const complete = join(folder, ".complete");
  if (await exists(complete)) return folder;
  await Deno.mkdir(cacheFolder(), { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  if (!await lock.tryLock(true)) {
    say(`waits for another run that prepares "${name}"`);
    await lock.lock(true);
  }
  if (await exists(complete)) return folder;
  if (await exists(folder)) await Deno.remove(folder, { recursive: true });
  await Deno.mkdir(folder);
  await fill(folder);
  await Deno.writeTextFile(complete, "");
  return folder;
}

/** Whether a file or folder is there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
