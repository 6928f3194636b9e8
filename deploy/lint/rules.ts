/**
 * Our rules about task definitions, beyond what AWS itself refuses.
 *
 * @module
 */

import { everyContainer, serviceContainer } from "./container_rules.ts";
import type { Container, TaskDefinition } from "./task_definition.ts";

type TaskRule = (task: TaskDefinition) => string | undefined;

const TASK_RULES: readonly TaskRule[] = [platform, roles, containers, telemetry, dependencies];

/** Returns a line for each rule that the definition breaks; each says what to write instead. */
export function breaches(task: TaskDefinition): string[] {
  const found = TASK_RULES.map((rule) => rule(task));
  for (const container of task.containerDefinitions ?? []) {
    const rules = container.essential === false
      ? everyContainer
      : [...everyContainer, ...serviceContainer];
    for (const rule of rules) {
      const breach = rule(container);
      found.push(breach && `${container.name ?? "a container"}: ${breach}`);
    }
  }
  return found.filter((breach) => breach !== undefined);
}

function platform(task: TaskDefinition): string | undefined {
  const { cpuArchitecture, operatingSystemFamily } = task.runtimePlatform ?? {};
  if (task.requiresCompatibilities?.join() !== "FARGATE" || task.networkMode !== "awsvpc") {
    return `run on Fargate: "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc"`;
  }
  if (cpuArchitecture === "ARM64" && operatingSystemFamily === "LINUX") return undefined;
  return `run on Linux on ARM64, not on ${operatingSystemFamily} on ${cpuArchitecture}`;
}

function roles({ executionRoleArn, taskRoleArn }: TaskDefinition): string | undefined {
  if (!executionRoleArn || !taskRoleArn) return "give both an executionRoleArn and a taskRoleArn";
  if (executionRoleArn !== taskRoleArn) return undefined;
  return "executionRoleArn and taskRoleArn are the same: " +
    "the service could read what only its start may";
}

function containers({ containerDefinitions = [] }: TaskDefinition): string | undefined {
  const essential = containerDefinitions.filter(({ essential }) => essential !== false);
  if (essential.length === 1) return undefined;
  return `${essential.length} containers are essential: only the service is`;
}

function telemetry({ containerDefinitions = [] }: TaskDefinition): string | undefined {
  const collector = containerDefinitions.find(({ name }) => name === "otel-collector");
  if (!collector) return `add the OpenTelemetry sidecar "otel-collector"`;
  if (collector.essential === false) return undefined;
  return "otel-collector: set essential to false, or telemetry that ends takes the service with it";
}

/** Neither of AWS's models sees a dependency on a container that does not exist. */
function dependencies({ containerDefinitions = [] }: TaskDefinition): string | undefined {
  const byName = new Map<string | undefined, Container>(
    containerDefinitions.map((container) => [container.name, container]),
  );
  for (const { name, dependsOn = [] } of containerDefinitions) {
    for (const { containerName } of dependsOn) {
      const other = byName.get(containerName);
      if (!other) return `${name}: depends on "${containerName}", which the task has not`;
      if (other.essential === false) {
        return `${name}: depends on "${containerName}", which may fail; then it would never start`;
      }
    }
  }
  return undefined;
}
