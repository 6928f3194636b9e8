/**
 * The AWS CLI, unmodified, as PyPI has it.
 *
 * @module
 */

import { runCommand } from "../../../dev/services/run_command.ts";
import { installPythonPackage } from "../../support/python_package.ts";

const VERSION = "1.46.2";

/** Calls `aws` with arguments and returns what it prints, parsed. */
export type AwsCli = (...args: readonly string[]) => Promise<Record<string, unknown>>;

/** Installs it into the cache folder, once. */
export async function installAwsCli(
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
): Promise<AwsCli> {
  const packages = await installPythonPackage({ name: "awscli", version: VERSION, has: "awscli" });
  return async (...args) => {
    const output = await runCommand(["python3", "-m", "awscli", "--output", "json", ...args], {
      env: {
        PYTHONPATH: packages,
        PYTHONDONTWRITEBYTECODE: "1",
        AWS_ENDPOINT_URL: endpoint,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      },
    });
    return output.trim() === "" ? {} : JSON.parse(output);
  };
}
