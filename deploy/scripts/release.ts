/**
 * Releases: registers a revision, updates the service, follows its deployment.
 *
 * @module
 */

import type { Aws } from "./aws_client.ts";
import { EXIT } from "./exit_codes.ts";
import { followDeployment, type FollowOptions, type Outcome } from "./follow.ts";
import { type Input, isCovered } from "./templates.ts";
import { shortName } from "./short_name.ts";

/** How a new version takes over. */
export type ReleaseStrategy = "rolling" | "blue-green" | "canary";

/** Where and how to release. */
export interface ReleaseOptions extends FollowOptions {
  /** As the service's own file says, without it. */
  readonly strategy?: ReleaseStrategy | undefined;
  /** How long both versions stay before the old one goes, with a strategy that shifts traffic. */
  readonly bakeMinutes: number;
  readonly canaryPercent: number;
}

/** Of a service that was there already: nothing had to be followed. */
export const STEADY: Outcome = {
  code: EXIT.done,
  status: "SUCCESSFUL",
  reason: "",
  stoppedTasks: [],
  seconds: 0,
};

/** What a revision must say, and which one runs. */
export interface RevisionOptions {
  readonly input: Input;
  readonly running?: string | undefined;
}

/**
 * Returns the ARN of a revision that says what the input says: the one that runs, or else the
 * family's latest, or nothing.
 */
export async function findRevision(
  aws: Aws,
  { input, running }: RevisionOptions,
): Promise<string | undefined> {
  const wanted = withoutTags(input);
  for (const arn of [running, await latestOf(aws, String(input["family"]))]) {
    if (!arn) continue;
    const { taskDefinition } = await aws.call("ecs", "DescribeTaskDefinition", {
      taskDefinition: arn,
    });
    if (isCovered(wanted, taskDefinition)) return taskDefinition.taskDefinitionArn;
  }
  return undefined;
}

/** Registers a revision and returns its ARN. */
export async function registerRevision(aws: Aws, input: Input): Promise<string> {
  const { taskDefinition } = await aws.call("ecs", "RegisterTaskDefinition", input);
  return taskDefinition.taskDefinitionArn;
}

async function latestOf(aws: Aws, family: string): Promise<string | undefined> {
  const { taskDefinitionArns } = await aws.call("ecs", "ListTaskDefinitions", {
    familyPrefix: family,
    sort: "DESC",
    maxResults: 1,
  });
  return taskDefinitionArns[0];
}

/** Tags stand beside a task definition, not in it. */
function withoutTags({ tags: _, ...input }: Input): Input {
  return input;
}

/**
 * Brings a service to a revision and follows the way there. A service that is there already, and
 * steady, is left alone.
 */
export async function release(
  taskDefinition: string,
  options: ReleaseOptions,
): Promise<Outcome> {
  const { aws, cluster, service, say } = options;
  const before = await describeService(options);
  if (before.taskDefinition === taskDefinition && isSteady(before)) {
    say(`${service} runs ${shortName(taskDefinition)} already`);
    return STEADY;
  }
  await aws.call("ecs", "UpdateService", {
    cluster,
    service,
    taskDefinition,
    // One that failed and stayed: without this, ECS would see nothing to do.
    ...(before.taskDefinition === taskDefinition && { forceNewDeployment: true }),
    ...(options.strategy && { deploymentConfiguration: configurationOf(before, options) }),
  });
  return await followDeployment(await deploymentAfter(before, options), options);
}

/** What a service is now, if there is one. */
export async function findService(
  { aws, cluster, service }: Pick<FollowOptions, "aws" | "cluster" | "service">,
  // deno-lint-ignore no-explicit-any -- as AWS answers
): Promise<any> {
  const { services } = await aws.call("ecs", "DescribeServices", { cluster, services: [service] });
  const [found] = services;
  return found?.status === "ACTIVE" ? found : undefined;
}

/** What a service is now. Throws when there is none. */
export async function describeService(
  options: Pick<FollowOptions, "aws" | "cluster" | "service">,
  // deno-lint-ignore no-explicit-any -- as AWS answers
): Promise<any> {
  const found = await findService(options);
  if (found) return found;
  const { cluster, service } = options;
  throw new Error(
    `Cannot find the service "${service}" in cluster "${cluster}": deploy:up makes it`,
  );
}

/** Whether nothing of a service, as DescribeServices shows it, is on its way. */
export function isSteady(
  { deployments }: { readonly deployments: readonly { readonly rolloutState?: string }[] },
): boolean {
  return deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
}

/** Returns the ARN of the deployment that an update began: another than before. */
export async function deploymentAfter(
  before: { readonly currentServiceDeployment?: string },
  { aws, cluster, service, pollMs, timeoutMs }: FollowOptions,
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const { serviceDeployments } = await aws.call("ecs", "ListServiceDeployments", {
      cluster,
      service,
    });
    const arn = serviceDeployments[0]?.serviceDeploymentArn;
    if (arn && arn !== before.currentServiceDeployment) return arn;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`Cannot follow "${service}": ECS began no deployment`);
}

function configurationOf(
  { deploymentConfiguration }: { readonly deploymentConfiguration?: object },
  { strategy, bakeMinutes, canaryPercent }: ReleaseOptions,
): object {
  const { bakeTimeInMinutes: _, canaryConfiguration: __, ...kept } =
    (deploymentConfiguration ?? {}) as Record<string, unknown>;
  if (strategy === "rolling") return { ...kept, strategy: "ROLLING" };
  if (strategy === "blue-green") {
    return { ...kept, strategy: "BLUE_GREEN", bakeTimeInMinutes: bakeMinutes };
  }
  return {
    ...kept,
    strategy: "CANARY",
    bakeTimeInMinutes: bakeMinutes,
    canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes: bakeMinutes },
  };
}
