/**
 * `deploy:up` and `deploy:plan`: brings services to what the files say, or tells what that takes.
 *
 * @module
 */

import { serviceBreaches } from "../../lint/service_rules.ts";
import type { TaskDefinition } from "../../lint/task_definition.ts";
import { EXIT } from "../exit_codes.ts";
import type { Outcome } from "../follow.ts";
import { findService } from "../release.ts";
import { planScaling } from "../scaling_plan.ts";
import { renderService, renderTaskDefinition } from "../templates.ts";
import { planUp, type UpOptions } from "../up.ts";
import { type CommandContext, type CommandResult, UsageError } from "./command.ts";
import { refusal, releaseOptions } from "./release_options.ts";

/** Makes or updates services: `--image organization=…`, one for each. */
export async function upCommand(context: CommandContext): Promise<CommandResult> {
  const images = imagesOf(context);
  if (images.size === 0) throw new UsageError("Give --image SERVICE=REPOSITORY@sha256:DIGEST");
  const wanted = Object.keys(context.environment.services).filter((name) => images.has(name));
  const options = wanted.map((name) => upOptions(context, name, images.get(name) ?? ""));
  for (const one of options) {
    const refused = await refusalOf(one);
    if (refused) return refused;
  }
  const plans = await Promise.all(
    options.map(async (one) => [one.service, await planUp(one)] as const),
  );
  const plan = plans.flatMap(([, { changes }]) => changes);
  if (plan.length === 0) context.say("there is nothing to change");
  else if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  const outcomes: Record<string, Outcome> = {};
  for (const [service, { apply }] of plans) {
    const outcome = await apply();
    outcomes[service] = outcome;
    if (outcome.code !== EXIT.done) return { code: outcome.code, result: outcomes };
  }
  return { code: EXIT.done, result: outcomes };
}

/**
 * Tells what `up` and `scale` would do; changes nothing. A service without `--image` keeps the one
 * it has.
 */
export async function planCommand(context: CommandContext): Promise<CommandResult> {
  const { aws, environment, services, say } = context;
  const images = imagesOf(context);
  const wanted = services.length > 0 ? services : Object.keys(environment.services);
  const plan: string[] = [];
  for (const service of wanted) {
    const image = images.get(service) ?? await imageThatRuns(context, service);
    if (image === undefined) {
      throw new UsageError(`${service} does not run yet: give --image ${service}=…`);
    }
    const one = upOptions(context, service, image);
    const refused = await refusalOf(one);
    if (refused) return refused;
    const { changes } = await planUp(one);
    const scaling = await planScaling({ aws, environment, service });
    plan.push(...changes, ...scaling.map(({ says }) => says));
  }
  for (const step of plan) say(`plan: ${step}`);
  if (plan.length === 0) say("there is nothing to change");
  return { code: plan.length === 0 ? EXIT.done : EXIT.planned, result: { plan } };
}

function imagesOf({ options, environment }: CommandContext): Map<string, string> {
  const images = new Map(options.image.map((pair) => {
    const end = pair.indexOf("=");
    if (end < 1) throw new UsageError("Give --image SERVICE=REPOSITORY@sha256:DIGEST for each");
    return [pair.slice(0, end), pair.slice(end + 1)];
  }));
  const known = Object.keys(environment.services);
  const unknown = [...images.keys()].find((service) => !known.includes(service));
  if (unknown) throw new UsageError(`There is no service "${unknown}", only ${known.join(", ")}`);
  return images;
}

function upOptions(context: CommandContext, service: string, image: string): UpOptions {
  return { ...releaseOptions(context, service), environment: context.environment, image };
}

async function refusalOf(
  { environment, service, image }: UpOptions,
): Promise<CommandResult | undefined> {
  const definition = await renderTaskDefinition(environment, { service, image });
  const input = await renderService(environment, { service, taskDefinition: "the one above" });
  return refusal(definition, serviceBreaches(input, definition as TaskDefinition));
}

async function imageThatRuns(
  { aws, environment: { cluster } }: CommandContext,
  service: string,
): Promise<string | undefined> {
  const found = await findService({ aws, cluster, service });
  if (!found) return undefined;
  const { taskDefinition } = await aws.call("ecs", "DescribeTaskDefinition", {
    taskDefinition: found.taskDefinition,
  });
  return taskDefinition.containerDefinitions
    .find(({ name }: { name: string }) => name === service)?.image;
}
