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

/** The architectures that there are images for, as Debian and container engines call them. */
export type Architecture = "amd64" | "arm64";

/** What to fetch. */
export interface DebianFolderOptions {
  readonly packages: readonly string[];
  readonly say: Say;
  /** Default this machine's. */
  readonly architecture?: Architecture;
}

/** Which architecture this process is of. */
export function nativeArchitecture(): Architecture {
  return Deno.build.arch === "aarch64" ? "arm64" : "amd64";
}

/** Returns the packages, unpacked into the cache's folder of that name. */
export async function debianFolder(
  name: string,
  { packages, say, architecture = nativeArchitecture() }: DebianFolderOptions,
): Promise<DebianFolder> {
  const release = (await runCommand(["sh", "-c", ". /etc/os-release; echo $ID$VERSION_ID"])).trim();
  const folder = await filledFolder(`${name}-${release}-${architecture}`, {
    say,
    async fill(folder) {
      say(`fetches the packages ${packages.join(", ")} (not installed, only unpacked)`);
      await downloadPackages(folder, { packages, architecture });
      for await (const { name } of Deno.readDir(folder)) {
        const path = join(folder, name);
        if (name.endsWith(".deb")) await runCommand(["dpkg", "-x", path, join(folder, "root")]);
        if (name !== "root") await Deno.remove(path, { recursive: true });
      }
    },
  });
  const root = join(folder, "root");
  const triplet = `${architecture === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  return {
    root,
    libraries: [join(root, "usr", "lib", triplet), join(root, "lib", triplet)].join(":"),
  };
}

async function downloadPackages(
  folder: string,
  { packages, architecture }: Pick<Required<DebianFolderOptions>, "packages" | "architecture">,
): Promise<void> {
  try {
    const suffix = architecture === nativeArchitecture() ? "" : `:${architecture}`;
    const names = packages.map((name) => `${name}${suffix}`);
    await runCommand(["apt-get", "download", ...names], { cwd: folder });
  } catch {
    // No lists, none of that architecture, or lists that name versions which are gone. Lists of our
    // own need no root.
    const options = [
      ...["-o", `Dir::State::Lists=${folder}/lists`, "-o", `Dir::Cache=${folder}/apt`],
      ...["-o", `APT::Architecture=${architecture}`, "-o", `APT::Architectures=${architecture}`],
    ];
    await Deno.mkdir(join(folder, "lists", "partial"), { recursive: true });
    await Deno.mkdir(join(folder, "apt", "archives", "partial"), { recursive: true });
    await runCommand(["apt-get", ...options, "update"]);
    await runCommand(["apt-get", ...options, "download", ...packages], { cwd: folder });
  }
}
