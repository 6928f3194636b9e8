/**
 * Names of resources in the local cluster.
 *
 * @module
 */

const [REGION, ACCOUNT] = ["eu-central-1", "000000000000"];

/** Where the local cluster pretends to be. */
export const LOCAL_REGION = REGION;

/** Returns the name of something in ECS. */
export function ecsArn(type: string, ...path: readonly string[]): string {
  return `arn:aws:ecs:${REGION}:${ACCOUNT}:${[type, ...path].join("/")}`;
}

/** Returns the name of a revision of a task definition. */
export function taskDefinitionArn(family: string, revision: number): string {
  return `${ecsArn("task-definition", family)}:${revision}`;
}

/** Returns the name of one of a service's two target groups. */
export function targetGroupArn(service: string, group: 0 | 1): string {
  const name = `${service}-${group === 0 ? "blue" : "green"}`;
  return `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/${name}/0`;
}

/** Returns the name of a secret. */
export function secretArn(name: string): string {
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
}

/** Returns the name of a role. */
export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** Returns the name of an alarm. */
export function alarmArn(name: string): string {
  return `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;
}

/** Returns the last part of a name, or the name itself where it is no ARN. */
export function shortName(nameOrArn: string): string {
  return nameOrArn.split("/").at(-1) ?? nameOrArn;
}
