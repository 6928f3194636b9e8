/**
 * The project's own files: no dependencies, no caches, no data.
 *
 * @module
 */

const SKIPPED = ["node_modules", "coverage", "npm"];
const HIDDEN_BUT_OURS = [".ci"];

/** Lists all files below a folder, relative to it, in order of their names. */
export async function projectFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  await collect("");
  return files.sort();

  async function collect(folder: string): Promise<void> {
    for await (const { name, isDirectory, isFile } of Deno.readDir(`${root}/${folder}`)) {
      if (isFile) files.push(folder + name);
      if (isDirectory && isOurs(name)) await collect(`${folder}${name}/`);
    }
  }
}

function isOurs(folder: string): boolean {
  if (SKIPPED.includes(folder)) return false;
  return !folder.startsWith(".") || HIDDEN_BUT_OURS.includes(folder);
}
