/**
 * Checks all that is deployed: task definitions, services, scaling and templates, with our rules and
 * with AWS's models.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import { type Environment, servicesOf } from "../scripts/environment.ts";
import { renderScaling, renderService, renderTaskDefinition } from "../scripts/templates.ts";
import { type AwsInput, findingsOfAwsModels, readTemplates } from "./aws_models.ts";
import { importBreaches } from "./export_rules.ts";
import { breaches } from "./rules.ts";
import { scalingBreaches } from "./scaling_rules.ts";
import { alarmBreaches, serviceBreaches, type ServiceInput } from "./service_rules.ts";
import type { TaskDefinition } from "./task_definition.ts";
import { alarmNames, templateBreaches } from "./template_rules.ts";

/** One line for a person: what is wrong, and what to write instead. */
export interface Finding {
  readonly file: string;
  readonly finding: string;
}

/** What to check with. */
export interface LintOptions {
  readonly say: (line: string) => void;
}

/** No image is known yet; any by digest stands for it. */
const ANY_IMAGE = `image@sha256:${"0".repeat(64)}`;
const TEMPLATES = new URL("../cloudformation/", import.meta.url);

/** Returns what is wrong with the files, as the environment fills them. */
export async function lintAll(
  environment: Environment,
  { say }: LintOptions,
): Promise<Finding[]> {
  const services = await Promise.all(
    servicesOf(environment).map((service) => lintService(environment, service)),
  );
  const inputs = Object.assign({}, ...services.map((one) => one.inputs));
  const [models, templates] = await Promise.all([
    findingsOfAwsModels(inputs, { say }),
    readTemplates(await templateFiles(), { say }),
  ]);
  const all = Object.values(templates).map(({ template }) => template);
  const byFile = Object.fromEntries(
    Object.entries(templates).map(([file, { template }]) => [file, template]),
  );
  const imports = importBreaches(byFile, servicesOf(environment));
  return [
    ...services.flatMap(({ name, input, found }) => [
      ...found,
      ...toFindings(
        `deploy/services/${name}.json`,
        alarmBreaches(input, alarmNames(all, { cluster: environment.cluster, service: name })),
      ),
    ]),
    // Several inputs are of one file; their names begin with it.
    ...Object.entries(models).flatMap(([name, lines]) => toFindings(name, lines)),
    ...Object.entries(templates).flatMap(([file, { template, findings }]) =>
      toFindings(file, [...templateBreaches(template), ...imports[file] ?? [], ...findings])
    ),
  ];
}

interface LintedService {
  readonly name: string;
  readonly input: ServiceInput;
  readonly inputs: Readonly<Record<string, AwsInput>>;
  readonly found: readonly Finding[];
}

async function lintService(environment: Environment, name: string): Promise<LintedService> {
  const task = await renderTaskDefinition(environment, { service: name, image: ANY_IMAGE });
  const input = await renderService(environment, {
    service: name,
    taskDefinition: `${task["family"]}:1`,
  });
  const scaling = await renderScaling(environment, name);
  const files = {
    task: `deploy/ecs-task-defs/${name}.json`,
    service: `deploy/services/${name}.json`,
    scaling: `deploy/autoscaling/${name}.json`,
  };
  const { partitionCount: partitions } = organizationChanges;
  return {
    name,
    input: input as ServiceInput,
    inputs: {
      [files.task]: { service: "ecs", operation: "RegisterTaskDefinition", input: task },
      [files.service]: { service: "ecs", operation: "CreateService", input },
      [files.scaling]: scalingInput("RegisterScalableTarget", scaling.target),
      ...Object.fromEntries(scaling.policies.map((policy) => [
        `${files.scaling}: ${policy["PolicyName"]}`,
        scalingInput("PutScalingPolicy", policy),
      ])),
      ...Object.fromEntries(scaling.scheduled.map((action) => [
        `${files.scaling}: ${action["ScheduledActionName"]}`,
        scalingInput("PutScheduledAction", action),
      ])),
    },
    found: [
      ...toFindings(files.task, breaches(task as TaskDefinition)),
      ...toFindings(files.service, serviceBreaches(input as ServiceInput, task as TaskDefinition)),
      ...toFindings(files.scaling, scalingBreaches(scaling, { partitions })),
    ],
  };
}

function scalingInput(operation: AwsInput["operation"], input: unknown): AwsInput {
  return { service: "application-autoscaling", operation, input };
}

function toFindings(file: string, lines: readonly string[]): Finding[] {
  return lines.map((finding) => ({ file, finding }));
}

/** Returns the names of our templates, from the root of the checkout. */
export async function templateFiles(): Promise<string[]> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(TEMPLATES)) {
    if (name.endsWith(".yaml")) files.push(`deploy/cloudformation/${name}`);
  }
  return files.sort();
}
