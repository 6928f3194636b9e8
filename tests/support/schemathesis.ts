/**
 * schemathesis, as PyPI has it: calls an API in every way its own OpenAPI document allows and
 * forbids, and judges each answer by that document.
 *
 * @module
 */

import { installPythonPackage } from "./python_package.ts";

const VERSION = "4.32.5";
const SETTINGS = new URL("../contract/schemathesis.toml", import.meta.url).pathname;

/** What to call. */
export interface SchemathesisRun {
  readonly url: string;
  /** A file with the OpenAPI document. */
  readonly document: string;
  /** The access token; none is sent without it. */
  readonly token?: string | undefined;
  /** Cases of an operation in each phase. */
  readonly maxExamples: number;
  /** What the settings ask for by name. */
  readonly env: Readonly<Record<string, string>>;
}

/** What it said. */
export interface SchemathesisReport {
  /** 0 where nothing was found. */
  readonly code: number;
  readonly text: string;
}

/** Calls the API, with every check. */
export async function runSchemathesis(
  { url, document, token, maxExamples, env }: SchemathesisRun,
): Promise<SchemathesisReport> {
  const packages = await installPythonPackage({
    name: "schemathesis",
    version: VERSION,
    has: "bin/st",
  });
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [
      ...[`${packages}/bin/st`, "--config-file", SETTINGS, "run", document, "--no-color"],
      ...["--url", url, "--checks", "all", "--max-examples", String(maxExamples)],
      ...["--seed", "1", "--continue-on-failure", "--generation-database", "none"],
      ...(token === undefined ? [] : ["--header", `Authorization: Bearer ${token}`]),
    ],
    env: { ...env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" },
    cwd: packages,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
