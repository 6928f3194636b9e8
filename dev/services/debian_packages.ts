/**
 * Debian packages, fetched and unpacked into the cache folder without being installed.
 *
 * @module
 */

import { join } from "node:path";
import { filledFolder } from "./cache_folder.ts";
import { runCommand } from "./run_command.ts";
import type { Say } from "./service.ts";

/** Unpacked packages: the folder that stands for `/`, and where their libraries are. */
export interface DebianFolder {
  readonly root: string;
  /** In the form of LD_LIBRARY_PATH. */
  readonly libraries: string;
}

/** Returns the packages, unpacked into the cache's folder of that name. */
export async function debianFolder(
  name: string,
  { packages, say }: { readonly packages: readonly string[]; readonly say: Say },
): Promise<DebianFolder> {
  const release = (await runCommand(["sh", "-c", ". /etc/os-release; echo $ID$VERSION_ID"])).trim();
  const architecture = (await runCommand(["dpkg", "--print-architecture"])).trim();
  const folder = await filledFolder(`${name}-${release}-${architecture}`, {
    say,
    async fill(folder) {
      say(`fetches the packages ${packages.join(", ")} (not installed, only unpacked)`);
      await downloadPackages(folder, packages);
      for await (const { name } of Deno.readDir(folder)) {
        const path = join(folder, name);
        if (name.endsWith(".deb")) await runCommand(["dpkg", "-x", path, join(folder, "root")]);
        if (name !== "root") await Deno.remove(path, { recursive: true });
      }
    },
  });
  const root = join(folder, "root");
  const triplet = `${Deno.build.arch}-linux-gnu`;
  return {
    root,
    libraries: [join(root, "usr", "lib", triplet), join(root, "lib", triplet)].join(":"),
  };
}

async function downloadPackages(folder: string, packages: readonly string[]): Promise<void> {
  try {
    await runCommand(["apt-get", "download", ...packages], { cwd: folder });
  } catch {
    // No lists, or lists that name versions which are gone. Lists of our own need no root.
    const options = ["-o", `Dir::State::Lists=${folder}/lists`, "-o", `Dir::Cache=${folder}/apt`];
    await Deno.mkdir(join(folder, "lists", "partial"), { recursive: true });
    await Deno.mkdir(join(folder, "apt", "archives", "partial"), { recursive: true });
    await runCommand(["apt-get", ...options, "update"]);
    await runCommand(["apt-get", ...options, "download", ...packages], { cwd: folder });
  }
}
