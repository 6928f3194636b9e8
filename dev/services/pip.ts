/**
 * Packages of PyPI in a folder of their own, for `PYTHONPATH`.
 *
 * @module
 */

import { runCommand } from "./run_command.ts";

/** Installs what pip's arguments name, requirements or `--requirement FILE`. Throws with pip's words. */
export async function pipInstall(folder: string, wanted: readonly string[]): Promise<void> {
  const pip = ["pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder];
  await runCommand(["python3", "-m", ...pip, ...wanted]);
}
