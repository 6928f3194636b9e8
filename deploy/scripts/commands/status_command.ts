/**
 * `deploy:status`: what runs, what is on its way, and why tasks stopped.
 *
 * @module
 */

import { EXIT } from "../exit_codes.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { shortName } from "../short_name.ts";

/** Shows the services of the environment, or those that are named. */
export async function statusCommand(
  { aws, environment, services, say }: CommandContext,
): Promise<CommandResult> {
  const { cluster } = environment;
  const wanted = services.length > 0 ? services : Object.keys(environment.services);
  const answer = await aws.call("ecs", "DescribeServices", { cluster, services: wanted });
  const result = [];
  for (const service of answer.services) {
    const { serviceDeployments } = await aws.call("ecs", "ListServiceDeployments", {
      cluster,
      service: service.serviceName,
    }).catch(() => ({ serviceDeployments: [] })); // A service that is gone has no history.
    const shown = {
      service: service.serviceName,
      status: service.status,
      taskDefinition: shortName(service.taskDefinition ?? ""),
      desired: service.desiredCount,
      running: service.runningCount,
      pending: service.pendingCount,
      lastDeployment: serviceDeployments[0]?.status,
      events: service.events.slice(0, 5).map(({ message }: { message: string }) => message),
    };
    result.push(shown);
    say(
      `${shown.service}  ${shown.status}  ${shown.taskDefinition}  ` +
        `${shown.running}/${shown.desired} running, ${shown.pending} pending  ` +
        `last deployment ${shown.lastDeployment ?? "unknown"}`,
    );
    for (const event of shown.events) say(`  ${event}`);
  }
  for (const { arn, reason } of answer.failures) say(`${arn}  ${reason}`);
  const isAllThere = answer.failures.length === 0;
  return { code: isAllThere ? EXIT.done : EXIT.failed, result };
}
