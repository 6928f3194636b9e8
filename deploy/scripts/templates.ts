/**
 * The inputs for AWS, rendered from the templates of this repository.
 *
 * @module
 */

import { type Json, placeholders, render } from "../render.ts";
import { type Environment, valuesFor } from "./environment.ts";

/** An object of the API. */
export type Input = { readonly [key: string]: Json };

/** Returns RegisterTaskDefinition's input for a service with an image. */
export function renderTaskDefinition(
  environment: Environment,
  { service, image }: { readonly service: string; readonly image: string },
): Promise<Input> {
  return renderFile(`deploy/ecs-task-defs/${service}.json`, {
    ...valuesFor(environment, service),
    IMAGE: image,
  });
}

/** Returns CreateService's input for a service with a revision of its task definition. */
export function renderService(
  environment: Environment,
  { service, taskDefinition }: { readonly service: string; readonly taskDefinition: string },
): Promise<Input> {
  return renderFile(`deploy/services/${service}.json`, {
    ...valuesFor(environment, service),
    TASK_DEFINITION: taskDefinition,
  });
}

/** Returns RegisterScalableTarget's input for a service, and PutScalingPolicy's for each policy. */
export async function renderScaling(
  environment: Environment,
  service: string,
): Promise<{ readonly target: Input; readonly policies: readonly Input[] }> {
  const file = `deploy/autoscaling/${service}.json`;
  const { target, policies } = await renderFile(file, valuesFor(environment, service));
  return { target: target as Input, policies: policies as Input[] };
}

/** An environment holds the values of all templates, and each takes what it names. */
async function renderFile(file: string, values: Readonly<Record<string, string>>): Promise<Input> {
  const template = await Deno.readTextFile(file);
  const used = placeholders(template)
    .flatMap((name) => name in values ? [[name, values[name] ?? ""] as const] : []);
  return render(template, Object.fromEntries(used)) as Input;
}

/**
 * Whether what was registered says all that an input says. AWS adds defaults and keys of its own;
 * they do not count.
 */
export function isCovered(input: Json | undefined, registered: unknown): boolean {
  if (Array.isArray(input)) {
    return Array.isArray(registered) && input.length === registered.length &&
      input.every((value, index) => isCovered(value, registered[index]));
  }
  if (input !== null && typeof input === "object") {
    if (registered === null || typeof registered !== "object") return false;
    return Object.entries(input).every(([key, value]) =>
      isCovered(value, (registered as Record<string, unknown>)[key])
    );
  }
  return input === registered;
}
