/**
 * `deploy:scale`: how many tasks a service has, or between which numbers it is scaled.
 *
 * @module
 */

import { EXIT } from "../exit_codes.ts";
import {
  type CommandContext,
  type CommandResult,
  onlyService,
  UsageError,
  wholeNumber,
} from "./command.ts";

const DIMENSION = "ecs:service:DesiredCount";

/** Sets the bounds of automatic scaling, or the count of a service that is not scaled. */
export async function scaleCommand(context: CommandContext): Promise<CommandResult> {
  const service = onlyService(context);
  const { aws, environment: { cluster }, options } = context;
  const target = { ServiceNamespace: "ecs", ScalableDimension: DIMENSION };
  const ResourceId = `service/${cluster}/${service}`;
  const { ScalableTargets } = await aws.call("scaling", "DescribeScalableTargets", {
    ...target,
    ResourceIds: [ResourceId],
  });
  if (options.count !== undefined) {
    const desiredCount = wholeNumber(options.count, "count");
    if (ScalableTargets.length > 0) {
      throw new UsageError(`${service} is scaled automatically: give --min and --max`);
    }
    const plan = [`set the desired count of ${service} to ${desiredCount}`];
    if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
    await aws.call("ecs", "UpdateService", { cluster, service, desiredCount });
    return { code: EXIT.done, result: { service, desiredCount } };
  }
  const MinCapacity = wholeNumber(options.min, "min");
  const MaxCapacity = wholeNumber(options.max, "max");
  if (MinCapacity > MaxCapacity) throw new UsageError("--min is at most --max");
  const plan = [`scale ${service} between ${MinCapacity} and ${MaxCapacity} tasks`];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  await aws.call("scaling", "RegisterScalableTarget", {
    ...target,
    ResourceId,
    MinCapacity,
    MaxCapacity,
  });
  return { code: EXIT.done, result: { service, MinCapacity, MaxCapacity } };
}
