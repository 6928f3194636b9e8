/**
 * All that differs between a task on Fargate and the same task on this machine, beside what a runtime
 * cannot isolate. The task definitions are those of production; this is the one place that changes
 * what they say.
 *
 * @module
 */

import type { ContainerDefinition } from "./ecs/task_definition.ts";

/** What the machine provides. */
export interface LocalPlace {
  /** The port that stands for a container's. */
  readonly hostPort: (containerPort: number) => number;
  /** More of every task's environment; `undefined` removes a variable. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** There is no image of the collector here, and nothing to collect for. */
export const LEFT_OUT: readonly string[] = ["otel-collector"];

/** Returns what a container's environment becomes. */
export function localEnvironment(
  environment: Readonly<Record<string, string>>,
  { hostPort, env }: LocalPlace,
): Record<string, string> {
  const port = environment["PORT"];
  const changed: Record<string, string | undefined> = {
    ...environment,
    // Tasks share the machine's network, so each has ports of its own, open to this machine only.
    HOST: "127.0.0.1",
    ...(port === undefined ? {} : { PORT: String(hostPort(Number(port))) }),
    // There is no collector.
    OTEL_DENO: "false",
    ...env,
  };
  return Object.fromEntries(
    Object.entries(changed).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Returns a health check's command with the ports that stand for the container's. */
export function localCommand(
  { portMappings }: ContainerDefinition,
  command: readonly string[],
  { hostPort }: LocalPlace,
): string[] {
  return command.map((argument) =>
    portMappings.reduce(
      (text, { containerPort }) =>
        text.replaceAll(`127.0.0.1:${containerPort}`, `127.0.0.1:${hostPort(containerPort)}`),
      argument,
    )
  );
}
