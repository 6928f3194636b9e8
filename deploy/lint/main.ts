// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task deploy:lint`: says what is wrong with the files before AWS does, and what it would not
 * say.
 *
 * @module
 */

import { readOptions } from "../../dev/command_line.ts";
import { RenderError } from "../render.ts";
import { EnvironmentError, readEnvironment } from "../scripts/environment.ts";
import { EXIT, type ExitCode } from "../scripts/exit_codes.ts";
import { lintAll } from "./lint_all.ts";

const USAGE = `Checks task definitions, services, scaling and CloudFormation templates.

deno task deploy:lint [options]
  --environment NAME   whose values to fill in; default example
  --json               print what was found as JSON
  -h, --help           this text

Our own rules, botocore's models and cfn-lint; the last two need python3 with pip. Exit codes: 0
nothing found, 7 a rule is broken, 1 it could not be checked, 64 usage, 78 environment.`;

async function main(): Promise<ExitCode> {
  const values = readOptions({
    environment: { type: "string", default: "example" },
    json: { type: "boolean", default: false },
  }, USAGE);
  const environment = await readEnvironment(values.environment);
  const findings = await lintAll(environment, { say: (line) => console.error(line) });
  if (values.json) console.log(JSON.stringify({ findings }, null, 2));
  else for (const { file, finding } of findings) console.log(`${file}: ${finding}`);
  return findings.length === 0 ? EXIT.done : EXIT.refused;
}

function codeOf(error: unknown): ExitCode {
  const isSetting = error instanceof EnvironmentError || error instanceof RenderError;
  return isSetting ? EXIT.environment : EXIT.failed;
}

try {
  Deno.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(codeOf(error));
}
