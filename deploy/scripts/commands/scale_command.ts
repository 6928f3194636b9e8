/**
 * `deploy:scale`: how many tasks a service has, or by what it is scaled.
 *
 * @module
 */

import { EXIT } from "../exit_codes.ts";
import { boundsOf, planScaling, saysBounds, type ScalingChange } from "../scaling_plan.ts";
import { renderScaling } from "../templates.ts";
import {
  type CommandContext,
  type CommandResult,
  onlyService,
  UsageError,
  wholeNumber,
} from "./command.ts";

/**
 * Brings a service's scaling to what deploy/autoscaling says; `--min` and `--max` alone change the
 * bounds. `--count` is for a service that is not scaled automatically.
 */
export async function scaleCommand(context: CommandContext): Promise<CommandResult> {
  const { aws, environment, options: { min, max, count } } = context;
  const service = onlyService(context);
  if (count !== undefined) return await setCount(context, service);
  const changes = min === undefined && max === undefined
    ? await planScaling({ aws, environment, service })
    : await boundsAlone(context, service);
  const plan = changes.map(({ says }) => says);
  if (plan.length === 0) context.say("there is nothing to change");
  else if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  for (const { apply } of changes) await apply();
  return { code: EXIT.done, result: { service, plan } };
}

async function boundsAlone(context: CommandContext, service: string): Promise<ScalingChange[]> {
  const { aws, environment, options: { min, max } } = context;
  const { target } = await renderScaling(environment, service);
  const [MinCapacity, MaxCapacity] = [wholeNumber(min, "min"), wholeNumber(max, "max")];
  if (MinCapacity > MaxCapacity) throw new UsageError("--min is at most --max");
  const bounded = { ...target, MinCapacity, MaxCapacity };
  return [{
    says: saysBounds(service, bounded),
    apply: () => aws.call("scaling", "RegisterScalableTarget", bounded),
  }];
}

async function setCount(context: CommandContext, service: string): Promise<CommandResult> {
  const { aws, environment: { cluster }, options } = context;
  const desiredCount = wholeNumber(options.count, "count");
  if (await boundsOf(aws, `service/${cluster}/${service}`)) {
    throw new UsageError(`${service} is scaled automatically: give --min and --max`);
  }
  const plan = [`set the desired count of ${service} to ${desiredCount}`];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  await aws.call("ecs", "UpdateService", { cluster, service, desiredCount });
  return { code: EXIT.done, result: { service, desiredCount } };
}
