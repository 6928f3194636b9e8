/**
 * Checks task definitions with AWS's own models: botocore's and CloudFormation's.
 *
 * They are Python packages. They are installed once, with pinned versions, into the cache folder;
 * nothing of the machine's Python is changed.
 *
 * @module
 */

import { exists, filledFolder } from "../../dev/services/cache_folder.ts";
import { runCommand, succeeds } from "../../dev/services/run_command.ts";

const HERE = import.meta.dirname ?? "deploy/lint";
const PYTHON = "python3";

/** Who is to be told that packages are being fetched. */
export interface AwsModelsOptions {
  readonly say: (line: string) => void;
}

/**
 * Returns what the models find in each definition, by its name. Throws with what to install where
 * Python or pip is missing or the packages cannot be fetched.
 */
export async function findingsOfAwsModels<Name extends string>(
  definitions: Readonly<Record<Name, unknown>>,
  { say }: AwsModelsOptions,
): Promise<Record<Name, string[]>> {
  const packages = await pythonPackages(say);
  const input = await Deno.makeTempFile({ prefix: "cauce_task_definitions_" });
  try {
    await Deno.writeTextFile(input, JSON.stringify(definitions));
    const script = `${HERE}/lint_task_definitions.py`;
    const env = { PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" };
    return JSON.parse(await runCommand([PYTHON, script, input], { env }));
  } finally {
    await Deno.remove(input);
  }
}

async function pythonPackages(say: AwsModelsOptions["say"]): Promise<string> {
  const requirements = `${HERE}/requirements.txt`;
  const pinned = (await Deno.readTextFile(requirements)).trim().replaceAll(/\s+/g, "_");
  if (!await succeeds([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 9))"])) {
    throw new Error("Cannot lint task definitions: install Python 3.9 or newer as python3");
  }
  const version = await runCommand([PYTHON, "-c", "import sys; print(sys.version_info[:2])"]);
  const name = `python_${version.replaceAll(/\D+/g, "_")}${pinned}`;
  return await filledFolder(name, {
    say,
    fill: async (folder) => {
      if (!await succeeds([PYTHON, "-m", "pip", "--version"])) {
        throw new Error(
          "Cannot lint task definitions: python3 has no pip; install it (Debian: python3-pip)",
        );
      }
      say("task definitions: installs botocore and cfn-lint into the cache folder");
      const pip = ["pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder];
      await runCommand([PYTHON, "-m", ...pip, "--requirement", requirements]);
      if (!await exists(`${folder}/cfnlint`)) {
        throw new Error("Cannot lint task definitions: pip installed no cfn-lint");
      }
    },
  });
}
