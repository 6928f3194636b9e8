/**
 * A task definition as ecs:local reads it. What it does not know it keeps and gives back.
 *
 * @module
 */

import { z } from "zod";

const pair = z.looseObject({ name: z.string(), value: z.string() });

const containerDefinition = z.looseObject({
  name: z.string().min(1),
  image: z.string().min(1),
  essential: z.boolean().default(true),
  entryPoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.array(pair).default([]),
  secrets: z.array(z.looseObject({ name: z.string(), valueFrom: z.string() })).default([]),
  portMappings: z.array(z.looseObject({ containerPort: z.int() })).default([]),
  user: z.string().optional(),
  workingDirectory: z.string().optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  linuxParameters: z.looseObject({
    initProcessEnabled: z.boolean().optional(),
    capabilities: z.looseObject({
      add: z.array(z.string()).optional(),
      drop: z.array(z.string()).optional(),
    }).optional(),
  }).optional(),
  ulimits: z.array(z.looseObject({
    name: z.string(),
    softLimit: z.int(),
    hardLimit: z.int(),
  })).optional(),
  stopTimeout: z.int().min(0).max(120).optional(),
  dependsOn: z.array(z.looseObject({
    containerName: z.string(),
    condition: z.enum(["START", "COMPLETE", "SUCCESS", "HEALTHY"]),
  })).default([]),
  healthCheck: z.looseObject({
    command: z.array(z.string()).min(1),
    interval: z.int().min(5).max(300).default(30),
    timeout: z.int().min(2).max(60).default(5),
    retries: z.int().min(1).max(10).default(3),
    startPeriod: z.int().min(0).max(300).default(0),
  }).optional(),
});

/** RegisterTaskDefinition's input. */
export const taskDefinitionInput = z.looseObject({
  family: z.string().regex(/^[\w-]{1,255}$/),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  containerDefinitions: z.array(containerDefinition).min(1),
  tags: z.array(z.looseObject({ key: z.string(), value: z.string() })).optional(),
}).check(({ value, issues }) => {
  const names = value.containerDefinitions.map(({ name }) => name);
  for (const { name, dependsOn } of value.containerDefinitions) {
    for (const { containerName } of dependsOn) {
      if (names.includes(containerName) && containerName !== name) continue;
      const message = `container "${name}" depends on "${containerName}", which the task has not`;
      issues.push({ code: "custom", input: value, message });
    }
  }
});

/** One container of it. */
export type ContainerDefinition = z.output<typeof containerDefinition>;

/** One that was registered. */
export interface TaskDefinition extends z.output<typeof taskDefinitionInput> {
  readonly taskDefinitionArn: string;
  readonly revision: number;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly registeredAt: number;
}
