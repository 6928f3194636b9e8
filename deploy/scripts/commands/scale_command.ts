/**
 * `deploy:scale`: how many tasks a service has, or by what it is scaled.
 *
 * @module
 */

import { EXIT } from "../exit_codes.ts";
import { type Input, renderScaling } from "../templates.ts";
import {
  type CommandContext,
  type CommandResult,
  onlyService,
  UsageError,
  wholeNumber,
} from "./command.ts";

/**
 * Puts what deploy/autoscaling says; `--min` and `--max` alone change the bounds. `--count` is for a
 * service that is not scaled automatically.
 */
export async function scaleCommand(context: CommandContext): Promise<CommandResult> {
  const service = onlyService(context);
  if (context.options.count !== undefined) return await setCount(context, service);
  const { min, max } = context.options;
  const { target, policies } = await renderScaling(context.environment, service);
  const bounded: Input = min === undefined && max === undefined ? target : {
    ...target,
    MinCapacity: wholeNumber(min, "min"),
    MaxCapacity: wholeNumber(max, "max"),
  };
  const { MinCapacity: low, MaxCapacity: high } = bounded;
  if (Number(low) > Number(high)) throw new UsageError("--min is at most --max");
  const put = bounded === target ? policies : [];
  const plan = [
    `scale ${service} between ${low} and ${high} tasks`,
    ...put.map(({ PolicyName }) => `put the policy ${PolicyName}`),
  ];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  await context.aws.call("scaling", "RegisterScalableTarget", bounded);
  for (const policy of put) await context.aws.call("scaling", "PutScalingPolicy", policy);
  return { code: EXIT.done, result: { service, low, high, policies: put.length } };
}

async function setCount(context: CommandContext, service: string): Promise<CommandResult> {
  const { aws, environment: { cluster }, options } = context;
  const desiredCount = wholeNumber(options.count, "count");
  const { ScalableTargets } = await aws.call("scaling", "DescribeScalableTargets", {
    ServiceNamespace: "ecs",
    ScalableDimension: "ecs:service:DesiredCount",
    ResourceIds: [`service/${cluster}/${service}`],
  });
  if (ScalableTargets.length > 0) {
    throw new UsageError(`${service} is scaled automatically: give --min and --max`);
  }
  const plan = [`set the desired count of ${service} to ${desiredCount}`];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  await aws.call("ecs", "UpdateService", { cluster, service, desiredCount });
  return { code: EXIT.done, result: { service, desiredCount } };
}
