/**
 * Makes the services of an environment, and brings those that exist to what the files say. A second
 * `up` changes nothing.
 *
 * @module
 */

import type { Environment } from "./environment.ts";
import { followDeployment, type Outcome } from "./follow.ts";
import {
  deploymentAfter,
  findRevision,
  findService,
  isSteady,
  registerRevision,
  type ReleaseOptions,
  STEADY,
} from "./release.ts";
import { type Input, isCovered, renderService, renderTaskDefinition } from "./templates.ts";
import { shortName } from "./short_name.ts";

/** What a service is to run. */
export interface UpOptions extends ReleaseOptions {
  readonly environment: Environment;
  readonly image: string;
}

/** What is to be done for one service. */
export interface UpPlan {
  /** A line for each change; none where all is as the files say. */
  readonly changes: readonly string[];
  /** Does it, and follows it until the service is steady. */
  apply(): Promise<Outcome>;
}

/** What `up` changes in a service that exists. None of it begins a deployment. */
const CHANGEABLE = [
  "deploymentConfiguration",
  "healthCheckGracePeriodSeconds",
  "availabilityZoneRebalancing",
] as const;

/** Compares one service with its files. Changes nothing yet. */
export async function planUp(options: UpOptions): Promise<UpPlan> {
  const { aws, environment, cluster, service, image } = options;
  const existing = await findService(options);
  const input = await renderTaskDefinition(environment, { service, image });
  const revision = await findRevision(aws, { input, running: existing?.taskDefinition });
  const register = revision ? [] : [`register ${input["family"]} with ${image}`];
  const arn = async () => revision ?? await registerRevision(aws, input);
  const render = (taskDefinition: string) =>
    renderService(environment, { service, taskDefinition });
  if (!existing) {
    return {
      changes: [...register, `make the service ${service} in ${cluster}`],
      apply: async () => await make(await render(await arn()), options),
    };
  }
  const changed = changesOf(await render("any"), existing);
  const isThere = revision !== undefined &&
    shortName(revision) === shortName(existing.taskDefinition);
  const move = `bring ${service} from ${shortName(existing.taskDefinition)} to ` +
    (revision ? shortName(revision) : "it");
  return {
    changes: [
      ...register,
      ...(isThere ? [] : [move]),
      ...Object.keys(changed).map((name) => `change ${name} of ${service}`),
    ],
    apply: async () => await change({ existing, changed, revision: await arn(), isThere }, options),
  };
}

/** Brings one service up and follows it until it is steady. */
export async function bringUp(options: UpOptions): Promise<Outcome> {
  return await (await planUp(options)).apply();
}

async function make(input: Input, options: UpOptions): Promise<Outcome> {
  const { service } = await options.aws.call("ecs", "CreateService", input);
  const arn = service.currentServiceDeployment;
  return arn ? await followDeployment(arn, options) : { ...STEADY, status: "CREATED" };
}

interface Change {
  // deno-lint-ignore no-explicit-any -- as AWS answers
  readonly existing: any;
  readonly changed: Input;
  readonly revision: string;
  readonly isThere: boolean;
}

async function change(
  { existing, changed, revision, isThere }: Change,
  options: UpOptions,
): Promise<Outcome> {
  const { aws, cluster, service, say } = options;
  if (!isThere || Object.keys(changed).length > 0) {
    await aws.call("ecs", "UpdateService", {
      cluster,
      service,
      ...changed,
      ...(isThere ? {} : { taskDefinition: revision }),
    });
  }
  if (!isThere) return await followDeployment(await deploymentAfter(existing, options), options);
  say(`${service} runs ${shortName(revision)} already`);
  const arn = existing.currentServiceDeployment;
  return isSteady(existing) || !arn ? STEADY : await followDeployment(arn, options);
}

/** What a service does not tell is not compared. */
function changesOf(
  wanted: Input,
  existing: Readonly<Record<string, unknown>>,
): Input {
  const names = CHANGEABLE.filter((name) =>
    existing[name] !== undefined && !isCovered(wanted[name], existing[name])
  );
  return Object.fromEntries(names.map((name) => [name, wanted[name] ?? null]));
}
