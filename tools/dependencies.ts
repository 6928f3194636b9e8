/**
 * What the root's lockfile installs, with versions, digests and licences.
 *
 * @module
 */

/** One package as it is installed. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** Of the package's archive: SHA-512, in hexadecimal. */
  readonly sha512: string;
  /** As the package declares it, in SPDX's words; `unknown` where it does not. */
  readonly licence: string;
  /** Named in `deno.json`, rather than by another package. */
  readonly isDirect: boolean;
  /** Names of the packages that it needs. */
  readonly needs: readonly string[];
}

/** Licences that ask for no more than to be named. Another one is a decision. */
export const ACCEPTED_LICENCES: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "Unlicense",
]);

interface Lockfile {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<
    Record<string, { readonly integrity: string; readonly dependencies?: readonly string[] }>
  >;
}

/** Reads the lockfile, and each package's licence from Deno's cache. Ordered by name. */
export async function readDependencies(root: URL): Promise<readonly Dependency[]> {
  const lock: Lockfile = JSON.parse(await Deno.readTextFile(new URL("deno.lock", root)));
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const direct = new Set(Object.values<string>(imports).map((it) => parseId(it.slice(4)).name));
  const folders = await registryFolders();
  const dependencies = await Promise.all(
    Object.entries(lock.npm).map(async ([id, { integrity, dependencies = [] }]) => {
      const { name, version } = parseId(id);
      return {
        name,
        version,
        sha512: toHex(integrity),
        licence: await readLicence(folders, `${name}/${version}`),
        isDirect: direct.has(name),
        needs: dependencies.map((needed) => parseId(needed).name).sort(),
      };
    }),
  );
  return dependencies.sort((left, right) => left.name < right.name ? -1 : 1);
}

/** The address of a package, by which tools know it. */
export function packageUrl({ name, version }: Pick<Dependency, "name" | "version">): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** `@scope/name@1.0.0_peer@2.0.0`: the part behind `_` tells which peers it was resolved with. */
function parseId(id: string): { readonly name: string; readonly version: string } {
  const [, name = id, version = ""] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
  return { name, version };
}

/** One folder for each registry that packages came from. */
async function registryFolders(): Promise<string[]> {
  const { stdout } = await new Deno.Command("deno", { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  const folders: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(npmCache)) {
    if (isDirectory) folders.push(`${npmCache}/${name}`);
  }
  return folders;
}

async function readLicence(folders: readonly string[], path: string): Promise<string> {
  for (const folder of folders) {
    try {
      const text = await Deno.readTextFile(`${folder}/${path}/package.json`);
      const { license } = JSON.parse(text);
      return typeof license === "string" ? license : license?.type ?? "unknown";
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`Cannot read the licence of "${path}": deno install has not fetched it`);
}

function toHex(integrity: string): string {
  return Uint8Array.fromBase64(integrity.replace("sha512-", "")).toHex();
}
