/**
 * Checks inputs of AWS's operations with AWS's own models: botocore's and CloudFormation's.
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

/** An input of one of AWS's operations. */
export interface AwsInput {
  readonly service: "ecs" | "application-autoscaling";
  readonly operation:
    | "RegisterTaskDefinition"
    | "CreateService"
    | "RegisterScalableTarget"
    | "PutScalingPolicy";
  readonly input: unknown;
}

/**
 * Returns what the models find in each input, by its name. Throws with what to install where
 * Python or pip is missing or the packages cannot be fetched.
 */
export async function findingsOfAwsModels<Name extends string>(
  inputs: Readonly<Record<Name, AwsInput>>,
  { say }: AwsModelsOptions,
): Promise<Record<Name, string[]>> {
  const packages = await pythonPackages(say);
  const file = await Deno.makeTempFile({ prefix: "cauce_inputs_" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(inputs));
    const script = `${HERE}/lint_inputs.py`;
    const env = { PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" };
    return JSON.parse(await runCommand([PYTHON, script, file], { env }));
  } finally {
    await Deno.remove(file);
  }
}

async function pythonPackages(say: AwsModelsOptions["say"]): Promise<string> {
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
      const pip = ["pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder];
      await runCommand([PYTHON, "-m", ...pip, "--requirement", requirements]);
      if (!await exists(`${folder}/cfnlint`)) {
        throw new Error("Cannot check with AWS's models: pip installed no cfn-lint");
      }
    },
  });
}
