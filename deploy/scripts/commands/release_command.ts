/**
 * `deploy:release`, `deploy:migrate` and `deploy:rollback`: what brings one service to a revision.
 *
 * @module
 */

import { saysAlarms } from "../alarms.ts";
import { EXIT } from "../exit_codes.ts";
import { followDeployment, type Outcome } from "../follow.ts";
import { runMigration } from "../migrate.ts";
import { describeService, findRevision, registerRevision, release } from "../release.ts";
import { shortName } from "../short_name.ts";
import { type Input, renderTaskDefinition } from "../templates.ts";
import { type CommandContext, type CommandResult, onlyService, UsageError } from "./command.ts";
import { refusal, releaseOptions } from "./release_options.ts";

/** Releases an image of one service, with `--migrate` after its migration. */
export async function releaseCommand(context: CommandContext): Promise<CommandResult> {
  const { aws, environment, options: { migrate } } = context;
  const service = onlyService(context);
  const [image] = context.options.image;
  if (!image) throw new UsageError("Give --image REPOSITORY@sha256:DIGEST");
  const options = releaseOptions(context, service);
  const input = await renderTaskDefinition(environment, { service, image });
  const refused = refusal(input);
  if (refused) return refused;
  const before = await describeService(options);
  const running = before.taskDefinition;
  const revision = await findRevision(aws, { input, running });
  const plan = [
    revision
      ? `take ${shortName(revision)}, which says what is asked for`
      : `register ${input["family"]} with ${image}`,
    ...(migrate ? [`run its migration as a task, and go on if it succeeds`] : []),
    `update ${service} in ${environment.cluster}, which runs ${shortName(running)}`,
    `follow it for at most ${options.timeoutMs / 1000} s, ${options.strategy ?? "as it stands"}`,
    ...await saysAlarms(aws, before),
  ];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  const taskDefinition = revision ?? await registerRevision(aws, input);
  if (migrate) {
    const migration = await runMigration({ ...options, environment, taskDefinition });
    if (migration.code !== EXIT.done) return { code: migration.code, result: { migration } };
  }
  return toResult(await release(taskDefinition, options));
}

/** Runs the migration of the revision that runs, or of an image. */
export async function migrateCommand(context: CommandContext): Promise<CommandResult> {
  const { aws, environment } = context;
  const service = onlyService(context);
  const options = releaseOptions(context, service);
  const { taskDefinition: running } = await describeService(options);
  const [image] = context.options.image;
  const input = image && await renderTaskDefinition(environment, { service, image });
  const refused = input && refusal(input);
  if (refused) return refused;
  const revision = input ? await findRevision(aws, { input, running }) : running;
  const plan = [
    ...(revision ? [] : [`register cauce-${service} with ${image}`]),
    `run the migration of ${revision ? shortName(revision) : "it"} as a task`,
  ];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  const taskDefinition = revision ?? await registerRevision(aws, input as Input);
  const migration = await runMigration({ ...options, environment, taskDefinition });
  return { code: migration.code, result: migration };
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
  const plan = [`bring ${service} from ${shortName(taskDefinition)} back to ${shortName(target)}`];
  if (!context.confirm(plan)) return { code: EXIT.planned, result: { plan } };
  const found = await aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: target });
  return toResult(await release(found.taskDefinition.taskDefinitionArn, options));
}

/** The revision of the last deployment that was successful with another one than now. */
function previousRevision(
  deployments: readonly { readonly status: string; readonly targetServiceRevisionArn: string }[],
  current: string,
): string | undefined {
  const now = shortName(current);
  const [family, revision] = now.split(":");
  const known = deployments.filter(({ status }) => status === "SUCCESSFUL")
    .map(({ targetServiceRevisionArn }) => shortName(targetServiceRevisionArn))
    .find((name) => name !== now && name.startsWith(`${family}:`));
  // AWS names service revisions by numbers of its own; then it is the revision before.
  return known ?? (Number(revision) > 1 ? `${family}:${Number(revision) - 1}` : undefined);
}

function toResult(outcome: Outcome): CommandResult {
  return { code: outcome.code, result: outcome };
}
