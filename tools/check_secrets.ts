// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Looks for secrets in the repository's files; part of `deno task check`.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { findSecrets } from "./find_secrets.ts";
import { projectFiles } from "./project_files.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
/** A developer's own, which git does not take. */
const OWN = ".env";

const files = (await projectFiles(ROOT)).filter((file) => file !== OWN);
const findings = (await Promise.all(
  files.map(async (file) =>
    findSecrets({ file, text: await Deno.readTextFile(`${ROOT}/${file}`) })
  ),
)).flat();
for (const finding of findings) console.log(finding);
console.log(findings.length === 0 ? "No secrets were found" : `${findings.length} problems`);
Deno.exit(findings.length === 0 ? 0 : 1);
