// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task sbom`: writes the bill of materials to standard output.
 *
 * @module
 */

import { billOfMaterials } from "./bill_of_materials.ts";
import { readDependencies } from "./dependencies.ts";

const ROOT = new URL("..", import.meta.url);

const { version } = JSON.parse(await Deno.readTextFile(new URL("platform/deno.json", ROOT)));
const dependencies = await readDependencies(ROOT);
console.log((await billOfMaterials(dependencies, { name: "cauce", version })).trimEnd());
