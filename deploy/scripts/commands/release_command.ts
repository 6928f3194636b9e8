/**
 * `deploy:release`, `deploy:up` and `deploy:rollback`: everything that brings a service to a revision.
 *
 * @module
 */

import { breaches } from "../../lint/rules.ts";
import { serviceBreaches } from "../../lint/service_rules.ts";
import type { TaskDefinition } from "../../lint/task_definition.ts";
import { EXIT } from "../exit_codes.ts";
import { followDeployment, type Outcome } from "../follow.ts";
import {
  describeService,
  registerTaskDefinition,
  release,
  type ReleaseOptions,
  type ReleaseStrategy,
} from "../release.ts";
import { type Input, renderService, renderTaskDefinition } from "../templates.ts";
import { bringUp } from "../up.ts";
import {
  type CommandContext,
  type CommandResult,
  onlyService,
  UsageError,
  wholeNumber,
} from "./command.ts";

const STRATEGIES: readonly ReleaseStrategy[] = ["rolling", "blue-green", "canary"];

/** Releases an image of one service. */
export async function releaseCommand(context: CommandContext): Promise<CommandResult> {
  const service = onlyService(context);
  const [image] = context.options.image;
  if (!image) throw new UsageError("Give --image REPOSITORY@sha256:DIGEST");
  const options = releaseOptions(context, service);
  const definition = await renderTaskDefinition(context.environment, { service, image });
  const refused = refusal(definition);
  if (refused) return refused;
  const { taskDefinition } = await describeService(options);
  const plan = [
    `register ${definition["family"]} with ${image}, unless a revision says the same`,
    `update ${service} in ${context.environment.cluster}, which runs ${shortOf(taskDefinition)}`,
    `follow it for at most ${options.timeoutMs / 1000} s, ${options.strategy ?? "as it stands"}`,
  ];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  const arn = await registerTaskDefinition(context.aws, {
    input: definition,
    running: taskDefinition,
  });
  return toResult(await release(arn, options));
}

/** Makes or updates services: `--image organization=…`, one for each. */
export async function upCommand(context: CommandContext): Promise<CommandResult> {
  const images = new Map(context.options.image.map((pair) => {
    const end = pair.indexOf("=");
    if (end < 1) throw new UsageError("Give --image SERVICE=REPOSITORY@sha256:DIGEST for each");
    return [pair.slice(0, end), pair.slice(end + 1)];
  }));
  const known = Object.keys(context.environment.services);
  const unknown = [...images.keys()].find((service) => !known.includes(service));
  if (unknown) throw new UsageError(`There is no service "${unknown}", only ${known.join(", ")}`);
  if (images.size === 0) throw new UsageError("Give --image SERVICE=REPOSITORY@sha256:DIGEST");
  const wanted = known.filter((service) => images.has(service));
  for (const service of wanted) {
    const image = images.get(service) ?? "";
    const { environment } = context;
    const definition = await renderTaskDefinition(environment, { service, image });
    const input = await renderService(environment, { service, taskDefinition: "the one above" });
    const refused = refusal(definition, serviceBreaches(input, definition));
    if (refused) return refused;
  }
  const plan = wanted.map((service) => `make or update ${service} with ${images.get(service)}`);
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  const outcomes: Record<string, Outcome> = {};
  for (const service of wanted) {
    const { environment } = context;
    const image = images.get(service) ?? "";
    const outcome = await bringUp({ ...releaseOptions(context, service), environment, image });
    outcomes[service] = outcome;
    if (outcome.code !== EXIT.done) return { code: outcome.code, result: outcomes };
  }
  return { code: EXIT.done, result: outcomes };
}

/** Goes back to what ran before, or to a revision; a deployment on its way is turned round. */
export async function rollbackCommand(context: CommandContext): Promise<CommandResult> {
  const service = onlyService(context);
  const { aws, environment: { cluster }, options: { to } } = context;
  const options = releaseOptions(context, service);
  const { serviceDeployments } = await aws.call("ecs", "ListServiceDeployments", {
    cluster,
    service,
  });
  const [latest] = serviceDeployments;
  if (!to && latest?.status === "IN_PROGRESS") {
    const plan = [`turn round the deployment of ${service} that is on its way`];
    if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
    const arn = latest.serviceDeploymentArn;
    await aws.call("ecs", "StopServiceDeployment", {
      serviceDeploymentArn: arn,
      stopType: "ROLLBACK",
    });
    const outcome = await followDeployment(arn, options);
    // Rolled back is what was asked for.
    return toResult({
      ...outcome,
      code: outcome.code === EXIT.rolledBack ? EXIT.done : outcome.code,
    });
  }
  const { taskDefinition } = await describeService(options);
  const target = to ?? previousRevision(serviceDeployments, taskDefinition);
  if (!target) {
    throw new UsageError(`${service} has no earlier revision: give --to FAMILY:REVISION`);
  }
  const plan = [`bring ${service} from ${shortOf(taskDefinition)} back to ${shortOf(target)}`];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  const found = await aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: target });
  return toResult(await release(found.taskDefinition.taskDefinitionArn, options));
}

/** The revision of the last deployment that was successful with another one than now. */
function previousRevision(
  deployments: readonly { readonly status: string; readonly targetServiceRevisionArn: string }[],
  current: string,
): string | undefined {
  const now = shortOf(current);
  const [family, revision] = now.split(":");
  const known = deployments.filter(({ status }) => status === "SUCCESSFUL")
    .map(({ targetServiceRevisionArn }) => shortOf(targetServiceRevisionArn))
    .find((name) => name !== now && name.startsWith(`${family}:`));
  // AWS names service revisions by numbers of its own; then it is the revision before.
  return known ?? (Number(revision) > 1 ? `${family}:${Number(revision) - 1}` : undefined);
}

function releaseOptions(context: CommandContext, service: string): ReleaseOptions {
  const { aws, environment, options, pollMs, say, signal } = context;
  const strategy = STRATEGIES.find((known) => known === options.strategy);
  if (options.strategy && !strategy) {
    throw new UsageError(`--strategy is one of ${STRATEGIES.join(", ")}`);
  }
  return {
    aws,
    cluster: environment.cluster,
    service,
    strategy,
    bakeMinutes: wholeNumber(options["bake-minutes"], "bake-minutes"),
    canaryPercent: wholeNumber(options["canary-percent"], "canary-percent"),
    timeoutMs: wholeNumber(options.timeout, "timeout") * 1000,
    pollMs,
    say,
    signal,
  };
}

function refusal(
  definition: Input,
  more: readonly string[] = [],
): CommandResult | undefined {
  const found = [...breaches(definition as TaskDefinition), ...more];
  return found.length > 0 ? { code: EXIT.refused, result: { breaches: found } } : undefined;
}

function toResult(outcome: Outcome): CommandResult {
  return { code: outcome.code, result: outcome };
}

function shortOf(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}
