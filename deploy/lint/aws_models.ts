/**
 * Checks inputs of AWS's operations, and templates of CloudFormation, with AWS's own models:
 * botocore's and CloudFormation's. They are Python packages.
 *
 * @module
 */

import { type PythonOptions, runPython } from "./run_python.ts";
import type { Template } from "./template.ts";

/** An input of one of AWS's operations. */
export interface AwsInput {
  readonly service: "ecs" | "application-autoscaling";
  readonly operation:
    | "RegisterTaskDefinition"
    | "CreateService"
    | "RegisterScalableTarget"
    | "PutScalingPolicy"
    | "PutScheduledAction";
  readonly input: unknown;
}

/** Returns what the models find in each input, by its name. */
export async function findingsOfAwsModels<Name extends string>(
  inputs: Readonly<Record<Name, AwsInput>>,
  options: PythonOptions,
): Promise<Record<Name, string[]>> {
  const file = await Deno.makeTempFile({ prefix: "cauce_inputs_" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(inputs));
    return await runPython(["lint_inputs.py", file], options) as Record<Name, string[]>;
  } finally {
    await Deno.remove(file);
  }
}

/** A template as it was read, and what cfn-lint finds in it. */
export interface ReadTemplate {
  readonly template: Template;
  readonly findings: readonly string[];
}

/** Reads templates, YAML or JSON, by their files' names. */
export async function readTemplates(
  files: readonly string[],
  options: PythonOptions,
): Promise<Record<string, ReadTemplate>> {
  return await runPython(["lint_templates.py", ...files], options) as Record<string, ReadTemplate>;
}
