/**
 * Runs the Python programs of this folder, with their packages.
 *
 * The packages are installed once, with pinned versions, into the cache folder; nothing of the
 * machine's Python is changed.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { exists, filledFolder } from "../../dev/services/cache_folder.ts";
import { pipInstall } from "../../dev/services/pip.ts";
import { runCommand, succeeds } from "../../dev/services/run_command.ts";

const HERE = import.meta.dirname ?? "deploy/lint";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PYTHON = "python3";

/** Who is to be told that packages are being fetched. */
export interface PythonOptions {
  readonly say: (line: string) => void;
}

/**
 * Runs a program of this folder at the root of the checkout and returns what it prints, parsed.
 * Throws with what to install where Python or pip is missing or the packages cannot be fetched.
 */
export async function runPython(
  [script, ...args]: readonly string[],
  { say }: PythonOptions,
): Promise<unknown> {
  const env = { PYTHONPATH: await pythonPackages(say), PYTHONDONTWRITEBYTECODE: "1" };
  return JSON.parse(await runCommand([PYTHON, `${HERE}/${script}`, ...args], { env, cwd: ROOT }));
}

async function pythonPackages(say: PythonOptions["say"]): Promise<string> {
  const requirements = `${HERE}/requirements.txt`;
  const pinned = (await Deno.readTextFile(requirements)).trim().replaceAll(/\s+/g, "_");
  if (!await succeeds([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 9))"])) {
    throw new Error("Cannot check with AWS's models: install Python 3.9 or newer as python3");
  }
  const version = await runCommand([PYTHON, "-c", "import sys; print(sys.version_info[:2])"]);
  const name = `python_${version.replaceAll(/\D+/g, "_")}${pinned}`;
  return await filledFolder(name, {
    say,
    fill: async (folder) => {
      if (!await succeeds([PYTHON, "-m", "pip", "--version"])) {
        throw new Error(
          "Cannot check with AWS's models: python3 has no pip; install it (Debian: python3-pip)",
        );
      }
      say("AWS models: installs botocore and cfn-lint into the cache folder");
      await pipInstall(folder, ["--requirement", requirements]);
      if (!await exists(`${folder}/cfnlint`)) {
        throw new Error("Cannot check with AWS's models: pip installed no cfn-lint");
      }
    },
  });
}
