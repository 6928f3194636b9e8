/**
 * The inputs for AWS, rendered from the templates of this repository.
 *
 * @module
 */

import { type Json, placeholders, render } from "../render.ts";
import { readBroker, withBroker, withLagOf } from "./broker.ts";
import { type Environment, valuesFor } from "./environment.ts";

const DEPLOY = new URL("../", import.meta.url);

/** An object of the API. */
export type Input = { readonly [key: string]: Json };

/** Returns RegisterTaskDefinition's input for a service with an image. */
export async function renderTaskDefinition(
  environment: Environment,
  { service, image }: { readonly service: string; readonly image: string },
): Promise<Input> {
  const template = await readTemplate(`ecs-task-defs/${service}.json`);
  const broker = await readBroker(environment.broker);
  return renderText(broker ? withBroker(template, { service, broker }) : template, {
    ...valuesFor(environment, service),
    IMAGE: image,
  });
}

/** Returns CreateService's input for a service with a revision of its task definition. */
export async function renderService(
  environment: Environment,
  { service, taskDefinition }: { readonly service: string; readonly taskDefinition: string },
): Promise<Input> {
  return renderText(await readTemplate(`services/${service}.json`), {
    ...valuesFor(environment, service),
    TASK_DEFINITION: taskDefinition,
  });
}

/** How a service is scaled: inputs of Application Auto Scaling. */
export interface RenderedScaling {
  /** Of RegisterScalableTarget. */
  readonly target: Input;
  /** Of PutScalingPolicy. */
  readonly policies: readonly Input[];
  /** Of PutScheduledAction. */
  readonly scheduled: readonly Input[];
}

/** Returns how a service is scaled. */
export async function renderScaling(
  environment: Environment,
  service: string,
): Promise<RenderedScaling> {
  const template = await readTemplate(`autoscaling/${service}.json`);
  const broker = await readBroker(environment.broker);
  const { target, policies, scheduled } = renderText(
    broker ? withLagOf(template, broker) : template,
    valuesFor(environment, service),
  );
  return {
    target: target as Input,
    policies: policies as Input[],
    scheduled: scheduled as Input[],
  };
}

function readTemplate(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, DEPLOY));
}

/** An environment holds the values of all templates, and each takes what it names. */
function renderText(template: string, values: Readonly<Record<string, string>>): Input {
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
