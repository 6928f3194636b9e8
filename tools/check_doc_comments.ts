/**
 * Checks that all that `messaging/` exports is documented, as its package's readers see it.
 *
 * @module
 */

const FOLDER = new URL("../messaging/", import.meta.url);

const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", FOLDER)));
const { success } = await new Deno.Command("deno", {
  args: ["doc", "--quiet", "--lint", ...Object.values<string>(exports)],
  cwd: FOLDER,
}).spawn().status;
if (!success) Deno.exit(1);
