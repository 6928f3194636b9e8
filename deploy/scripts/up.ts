/**
 * Makes the services of an environment, and brings those that exist to what the files say. A second
 * `up` changes nothing.
 *
 * @module
 */

import type { Environment } from "./environment.ts";
import { EXIT } from "./exit_codes.ts";
import { followDeployment, type Outcome } from "./follow.ts";
import { registerTaskDefinition, release, type ReleaseOptions } from "./release.ts";
import { renderService, renderTaskDefinition } from "./templates.ts";

/** What a service is to run. */
export interface UpOptions extends ReleaseOptions {
  readonly environment: Environment;
  readonly image: string;
}

/** Brings one service up and follows it until it is steady. */
export async function bringUp(options: UpOptions): Promise<Outcome> {
  const { aws, environment, cluster, service, image } = options;
  const { services: [existing] } = await aws.call("ecs", "DescribeServices", {
    cluster,
    services: [service],
  });
  const isThere = existing?.status === "ACTIVE";
  const taskDefinition = await registerTaskDefinition(aws, {
    input: await renderTaskDefinition(environment, { service, image }),
    running: isThere ? existing.taskDefinition : undefined,
  });
  if (isThere) return await release(taskDefinition, options);
  const input = await renderService(environment, { service, taskDefinition });
  const { service: created } = await aws.call("ecs", "CreateService", input);
  const arn = created.currentServiceDeployment;
  if (!arn) return { code: EXIT.done, status: "CREATED", reason: "", stoppedTasks: [], seconds: 0 };
  return await followDeployment(arn, options);
}
