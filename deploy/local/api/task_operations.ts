/**
 * What ECS does with task definitions and tasks.
 *
 * @module
 */

import { z } from "zod";
import type { LocalCluster } from "../cluster/local_cluster.ts";
import { stopRecord } from "../cluster/task_book.ts";
import { shortName } from "../ecs/arns.ts";
import { EcsError } from "../ecs/errors.ts";
import { inCluster, inThis, names } from "./ecs_input.ts";
import { type Operations, parseInput } from "./protocol.ts";
import { taskJson } from "./resource_json.ts";

const runTaskInput = inCluster.extend({
  taskDefinition: z.string(),
  count: z.int().min(1).max(10).default(1),
  startedBy: z.string().default(""),
  overrides: z.looseObject({
    containerOverrides: z.array(z.looseObject({
      name: z.string(),
      command: z.array(z.string()).optional(),
      environment: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
    })).default([]),
  }).optional(),
});

/** Returns the operations on task definitions and tasks. */
export function taskOperations(cluster: LocalCluster): Operations {
  const { definitions, tasks } = cluster;
  return {
    RegisterTaskDefinition: (input) => ({ taskDefinition: definitions.register(input) }),
    DescribeTaskDefinition(raw) {
      const input = parseInput(z.looseObject({ taskDefinition: z.string() }), raw);
      const taskDefinition = definitions.get(input.taskDefinition);
      return { taskDefinition, tags: taskDefinition.tags ?? [] };
    },
    DeregisterTaskDefinition(raw) {
      const input = parseInput(z.looseObject({ taskDefinition: z.string() }), raw);
      return { taskDefinition: definitions.deregister(input.taskDefinition) };
    },
    ListTaskDefinitions(raw) {
      const input = parseInput(
        z.looseObject({ familyPrefix: z.string().optional(), sort: z.string().optional() }),
        raw,
      );
      const arns = definitions.list(input.familyPrefix).map((one) => one.taskDefinitionArn);
      return { taskDefinitionArns: input.sort === "DESC" ? arns.toReversed() : arns };
    },
    ListTasks(raw) {
      const input = inThis(
        cluster,
        parseInput(
          inCluster.extend({
            serviceName: z.string().optional(),
            family: z.string().optional(),
            desiredStatus: z.enum(["RUNNING", "STOPPED", "PENDING"]).default("RUNNING"),
          }),
          raw,
        ),
      );
      const found = tasks.all.filter((task) => {
        const isStopped = task.lastStatus === "STOPPED" || task.lastStatus === "DEACTIVATING";
        if (isStopped !== (input.desiredStatus === "STOPPED")) return false;
        if (input.family && task.definition.family !== input.family) return false;
        return !input.serviceName || task.group === `service:${shortName(input.serviceName)}`;
      });
      return { taskArns: found.map(({ arn }) => arn) };
    },
    DescribeTasks(raw) {
      const input = inThis(cluster, parseInput(inCluster.extend({ tasks: names }), raw));
      const found = input.tasks.map((name) => [name, tasks.find(shortName(name))] as const);
      return {
        tasks: found.flatMap(([, task]) => task ? [taskJson(cluster, task)] : []),
        failures: found.flatMap(([arn, task]) => task ? [] : [{ arn, reason: "MISSING" }]),
      };
    },
    RunTask(raw) {
      const input = inThis(cluster, parseInput(runTaskInput, raw));
      const definition = definitions.get(input.taskDefinition);
      const overrides = input.overrides?.containerOverrides.map((override) => ({
        name: override.name,
        command: override.command,
        environment: Object.fromEntries(
          override.environment.map(({ name, value }) => [name, value]),
        ),
      }));
      const started = Array.from({ length: input.count }, () =>
        tasks.launch({
          definition,
          group: `family:${definition.family}`,
          startedBy: input.startedBy,
          ...(overrides && { overrides }),
        }));
      return { tasks: started.map((task) => taskJson(cluster, task)), failures: [] };
    },
    StopTask(raw) {
      const input = inThis(
        cluster,
        parseInput(
          inCluster.extend({ task: z.string(), reason: z.string().default("Task was stopped") }),
          raw,
        ),
      );
      const task = tasks.find(shortName(input.task));
      if (!task) throw new EcsError("InvalidParameterException", "The task was not found.");
      const service = cluster.services.find(({ name }) => task.group === `service:${name}`);
      if (service) service.local.stopTask(task.id, input.reason);
      else stopRecord(task, { stopCode: "UserInitiated", reason: input.reason });
      return { task: taskJson(cluster, task) };
    },
  };
}
