/**
 * `deploy:down`: takes the services away, and leaves nothing of what `up` and `release` made.
 *
 * @module
 */

import { EXIT } from "../exit_codes.ts";
import { type CommandContext, type CommandResult, UsageError, wholeNumber } from "./command.ts";
import { shortName } from "../short_name.ts";

/** Deletes the services that are named, or all, and deregisters their task definitions. */
export async function downCommand(context: CommandContext): Promise<CommandResult> {
  const { aws, environment, services, say } = context;
  const { cluster } = environment;
  const wanted = services.length > 0 ? services : Object.keys(environment.services);
  const { services: found } = await aws.call("ecs", "DescribeServices", {
    cluster,
    services: wanted,
  });
  const active = found.filter(({ status }: { status: string }) => status === "ACTIVE")
    .map(({ serviceName }: { serviceName: string }) => serviceName);
  const definitions = await definitionsOf(context, wanted);
  const plan = [
    ...active.map((service: string) => `delete the service ${service} with its tasks`),
    ...definitions.map((arn) => `deregister ${shortName(arn)}`),
  ];
  if (plan.length === 0) {
    say("there is nothing to take away");
    return { code: EXIT.done, result: { plan } };
  }
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  for (const service of active) {
    await forgetScaling(context, service);
    await aws.call("ecs", "DeleteService", { cluster, service, force: true });
  }
  const isGone = await gone(context, wanted);
  for (const taskDefinition of definitions) {
    await aws.call("ecs", "DeregisterTaskDefinition", { taskDefinition });
  }
  return { code: isGone ? EXIT.done : EXIT.timedOut, result: { plan } };
}

/** Its policies go with it. */
async function forgetScaling(
  { aws, environment: { cluster } }: CommandContext,
  service: string,
): Promise<void> {
  const scaled = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" };
  const ResourceId = `service/${cluster}/${service}`;
  const { ScalableTargets } = await aws.call("scaling", "DescribeScalableTargets", {
    ...scaled,
    ResourceIds: [ResourceId],
  });
  if (ScalableTargets.length === 0) return;
  await aws.call("scaling", "DeregisterScalableTarget", { ...scaled, ResourceId });
}

async function definitionsOf(
  { aws }: CommandContext,
  services: readonly string[],
): Promise<string[]> {
  const lists = await Promise.all(
    services.map((service) =>
      aws.call("ecs", "ListTaskDefinitions", { familyPrefix: `cauce-${service}` })
    ),
  );
  return lists.flatMap(({ taskDefinitionArns }) => taskDefinitionArns);
}

async function gone(context: CommandContext, services: readonly string[]): Promise<boolean> {
  const { aws, environment: { cluster }, options, pollMs, say, signal } = context;
  const seconds = wholeNumber(options.timeout, "timeout");
  if (seconds < 1) throw new UsageError("--timeout takes at least one second");
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline && !signal.aborted) {
    const { services: found } = await aws.call("ecs", "DescribeServices", { cluster, services });
    const left = found.filter(({ status }: { status: string }) => status !== "INACTIVE");
    if (left.length === 0) return true;
    say(`waits for the tasks of ${left.map((one: { serviceName: string }) => one.serviceName)}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return false;
}
