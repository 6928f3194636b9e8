// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Checks the layout: no import cycle, no import against its direction, no file that nothing uses,
 * no file that is too long. `deno run --allow-read --allow-run=deno tools/check_imports.ts`
 *
 * @module
 */

import { findBadImports } from "./find_bad_imports.ts";
import { findCycles } from "./find_cycles.ts";
import { findUnused } from "./find_unused.ts";
import { readImportGraph } from "./import_graph.ts";
import { MAX_LINES } from "./import_rules.ts";
import { projectFiles } from "./project_files.ts";

/** Returns a readable line for each problem of the project. */
export async function checkImports(root: string): Promise<string[]> {
  const files = await projectFiles(root);
  const graph = await readImportGraph(root, files);
  const read = (file: string) => Deno.readTextFile(`${root}/${file}`);
  const unused = await findUnused({ files, graph, read });
  const missing = [...graph].flatMap(([from, imports]) => {
    return imports.filter(({ to }) => !files.includes(to)).map(({ to }) => ({ from, to }));
  });
  return [
    ...missing.map(({ from, to }) => `${from} imports ${to}: there is no such file`),
    ...findCycles(graph).map((cycle) => `import cycle: ${cycle.join(" → ")}`),
    ...findBadImports(graph),
    ...unused.map((file) => `${file}: nothing uses it`),
    ...await findLongFiles(files, read),
  ];
}

async function findLongFiles(
  files: readonly string[],
  read: (file: string) => Promise<string>,
): Promise<string[]> {
  const findings: string[] = [];
  for (const file of files.filter((file) => /\.(ts|lua|sh)$/.test(file))) {
    const lines = (await read(file)).split("\n").length - 1;
    if (lines > MAX_LINES) findings.push(`${file}: ${lines} lines, more than ${MAX_LINES}`);
  }
  return findings;
}

if (import.meta.main) {
  const findings = await checkImports(Deno.cwd());
  for (const finding of findings) console.error(finding);
  console.log(findings.length === 0 ? "Imports are in order" : `${findings.length} problems`);
  Deno.exit(findings.length === 0 ? 0 : 1);
}
