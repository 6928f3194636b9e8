/**
 * An image of Deno that is nothing but its program and the libraries of Debian that it is linked
 * with: no shell. Both come as packages, so that it can be made for another architecture too.
 *
 * @module
 */

import { join } from "node:path";
import { exists, filledFolder } from "../cache_folder.ts";
import { type Architecture, debianFolder, nativeArchitecture } from "../debian_packages.ts";
import { runCommand } from "../run_command.ts";
import type { Say } from "../service.ts";
import { loadImage } from "./load_image.ts";
import { createRootFolder } from "./root_folder.ts";

const NPM_NAME = { amd64: "x64", arm64: "arm64" } as const;

/** Where the program looks for what loads its libraries. */
const LOADER = { amd64: "/lib64/ld-linux-x86-64.so.2", arm64: "/lib/ld-linux-aarch64.so.1" };

/** What it is linked with, and what looks up names. */
const LIBRARIES = [
  ...["libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6"],
  ...["libpthread.so.0", "libresolv.so.2", "librt.so.1"],
];

/** Where Debian keeps the authorities that this machine trusts. */
const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** Builds `name:version`. The version is Deno's. */
export async function buildDenoImage(
  image: string,
  say: Say,
  { architecture }: { readonly architecture?: Architecture } = {},
): Promise<void> {
  const wanted = architecture ?? nativeArchitecture();
  const version = /:(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? Deno.version.deno;
  const packages = ["libc6", "libgcc-s1"];
  const debian = await debianFolder("deno-libraries", { packages, say, architecture: wanted });
  await using root = await createRootFolder();
  await root.add(await denoProgram(version, { architecture: wanted, say }), "/bin/deno");
  const find = (library: string) => findLibrary(debian.libraries, library);
  for (const name of LIBRARIES) await root.add(await find(name), `/lib/${name}`);
  const loader = LOADER[wanted];
  await root.add(await find(loader.split("/").at(-1) ?? ""), loader);
  await Deno.chmod(join(root.path, loader), 0o755);
  await loadImage(root.path, {
    image,
    architecture: wanted,
    env: ["PATH=/bin", "LD_LIBRARY_PATH=/lib"],
    entrypoint: ["/bin/deno"],
  });
}

/**
 * Builds, from an image of Deno, one whose Deno trusts whom this machine trusts. Packages may come
 * through a proxy with an authority of its own, and no image that runs should trust that.
 */
export async function buildDenoBuilderImage(image: string, base: string): Promise<void> {
  const script = `
set -e
kept=$(mktemp -d); trap 'rm -r "$kept"' EXIT
printf 'FROM %s\\n' "$2" >"$kept/Dockerfile"
if [ -e "$3" ]; then
  cp "$3" "$kept/authorities.crt"
  printf 'COPY authorities.crt /etc/\\nENV DENO_CERT=/etc/authorities.crt\\n' >>"$kept/Dockerfile"
fi
docker build --quiet --tag "$1" "$kept"`;
  await runCommand(["sh", "-c", script, "sh", image, base, AUTHORITIES]);
}

async function denoProgram(
  version: string,
  { architecture, say }: { readonly architecture: Architecture; readonly say: Say },
): Promise<string> {
  const name = `@deno/linux-${NPM_NAME[architecture]}-glibc`;
  const folder = await filledFolder(`deno-${version}-${architecture}`, {
    say,
    async fill(folder) {
      say(`fetches the package ${name}`);
      await runCommand(["npm", "pack", "--silent", `${name}@${version}`], { cwd: folder });
      const unpack = 'tar -xzf ./*.tgz && rm ./*.tgz && chmod 755 "$1"';
      await runCommand(["sh", "-c", unpack, "sh", "package/deno"], { cwd: folder });
    },
  });
  return join(folder, "package", "deno");
}

async function findLibrary(folders: string, name: string): Promise<string> {
  for (const folder of folders.split(":")) {
    if (await exists(join(folder, name))) return join(folder, name);
  }
  throw new Error(`Cannot find "${name}" in the packages of Debian`);
}
