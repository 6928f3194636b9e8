/**
 * Files that nothing uses.
 *
 * @module
 */

import { posix } from "node:path";
import type { ImportGraph } from "./import_graph.ts";
import { ENTRIES, ENTRY_TEXTS } from "./import_rules.ts";

const PATH = /[\w@./-]+\.ts\b/g;
const QUOTED_PATH = /["'][\w@./-]+\.ts["']/g;

/** What the search looks at. */
export interface FindUnusedOptions {
  readonly files: readonly string[];
  readonly graph: ImportGraph;
  readonly read: (file: string) => Promise<string>;
}

/**
 * Returns the `.ts` and `.lua` files that no entry reaches: by an import, by a package's `exports`,
 * or by a path in a task or in the text of a used file that starts it as a program.
 */
export async function findUnused({ files, graph, read }: FindUnusedOptions): Promise<string[]> {
  const known = new Set(files);
  const used = new Set(files.filter((file) => ENTRIES.some((entry) => entry.test(file))));
  for (const file of files.filter((file) => ENTRY_TEXTS.some((text) => text.test(file)))) {
    useNamed(file, (await read(file)).match(PATH));
  }
  for (const file of used) {
    for (const { to } of graph.get(file) ?? []) used.add(to);
    if (file.endsWith(".ts") && known.has(file)) {
      useNamed(file, (await read(file)).match(QUOTED_PATH));
    }
  }
  return files.filter((file) => /\.(ts|lua)$/.test(file) && !used.has(file));

  /** A path may be meant from the project's root or from the folder of the file that names it. */
  function useNamed(file: string, paths: readonly string[] | null): void {
    for (const path of paths ?? []) {
      const bare = path.replace(/^["']/, "").replace(/["']$/, "");
      const here = posix.join(posix.dirname(file), bare);
      for (const named of [posix.normalize(bare), here]) if (known.has(named)) used.add(named);
    }
  }
}
