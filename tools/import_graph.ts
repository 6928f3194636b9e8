/**
 * The project's import graph as Deno sees it, imports of types included.
 *
 * @module
 */

import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** One import of a file of the project. Paths are relative to the project's root. */
export interface Import {
  readonly to: string;
  /** As it is written in the source: `@cauce/messaging`, `./store.ts`. */
  readonly specifier: string;
}

/** Who imports whom. Packages from a registry are not part of it. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

/** What `deno info --json` answers, as far as it is read here. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/**
 * Reads what the files import. A file below a folder with a configuration of its own that is no
 * member of the workspace, like `tests/`, is resolved by that configuration.
 */
export async function readImportGraph(
  root: string,
  files: readonly string[],
): Promise<ImportGraph> {
  const graph = new Map<string, readonly Import[]>();
  const ownConfig = files.includes("tests/deno.json") ? "tests/deno.json" : undefined;
  const sources = files.filter((file) => file.endsWith(".ts"));
  const isOwn = (file: string) => ownConfig !== undefined && file.startsWith("tests/");
  const parts = [
    { config: undefined, entries: sources.filter((file) => !isOwn(file)) },
    { config: ownConfig, entries: sources.filter(isOwn) },
  ];
  for (const { config, entries } of parts) {
    if (entries.length === 0) continue;
    const info = await denoInfo({ root, config, entries });
    for (const [file, imports] of toImports(info, root)) {
      // Each file as its own configuration resolves it: the other one knows only some of its packages.
      if (isOwn(file) === (config !== undefined)) graph.set(file, imports);
    }
  }
  return graph;
}

interface InfoOptions {
  readonly root: string;
  readonly config: string | undefined;
  readonly entries: readonly string[];
}

/** `deno info` takes one entry, so a module that imports all of them stands for them. */
async function denoInfo({ root, config, entries }: InfoOptions): Promise<Info> {
  const imports = entries.map((entry) => {
    return `import ${JSON.stringify(pathToFileURL(`${root}/${entry}`).href)};`;
  });
  const entry = `data:application/typescript,${encodeURIComponent(imports.join(""))}`;
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: ["info", "--json", ...(config ? [`--config=${config}`] : []), entry],
    cwd: root,
  }).output();
  if (!success) {
    throw new Error(`Cannot read the import graph: ${new TextDecoder().decode(stderr).trim()}`);
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}

function* toImports(info: Info, root: string): Iterable<[string, Import[]]> {
  for (const module of info.modules) {
    const file = pathIn(root, module.specifier);
    if (file === undefined || module.error) continue;
    const imports: Import[] = [];
    for (const { specifier, code, type } of module.dependencies ?? []) {
      const to = pathIn(root, code?.specifier ?? type?.specifier ?? "");
      if (to !== undefined) imports.push({ to, specifier });
    }
    yield [file, imports];
  }
}

function pathIn(root: string, specifier: string): string | undefined {
  if (!specifier.startsWith("file:")) return undefined;
  const path = relative(root, fileURLToPath(specifier)).replaceAll("\\", "/");
  return path.startsWith("../") ? undefined : path;
}
