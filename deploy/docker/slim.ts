// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Takes out of a cache of packages what no program loads: `slim.ts /deno-dir/npm`. Licenses stay.
 *
 * @module
 */

/** Source maps, types and pages for people: a third of what is installed. */
const NEVER_LOADED = /\.(map|d\.[cm]?ts|md|markdown)$/;

async function slim(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      bytes += await slim(path);
    } else if (NEVER_LOADED.test(name) && !/^licen[cs]e/i.test(name)) {
      bytes += (await Deno.lstat(path)).size;
      await Deno.remove(path);
    }
  }
  return bytes;
}

const [folder = ""] = Deno.args;
console.log(`${((await slim(folder)) / 1e6).toFixed(1)} MB less in ${folder}`);
