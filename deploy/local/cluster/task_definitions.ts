/**
 * The registered task definitions: each family counts its revisions.
 *
 * @module
 */

import { taskDefinitionArn } from "../ecs/arns.ts";
import { EcsError } from "../ecs/errors.ts";
import { type TaskDefinition, taskDefinitionInput } from "../ecs/task_definition.ts";

/** What was registered since the cluster started. */
export interface TaskDefinitions {
  /** Throws what the client must correct. */
  register(input: unknown): TaskDefinition;
  /** By family (its latest active revision), `family:revision` or ARN. Throws when there is none. */
  get(reference: string): TaskDefinition;
  deregister(reference: string): TaskDefinition;
  /** The latest last. */
  list(family?: string): readonly TaskDefinition[];
}

/** Creates an empty register. */
export function createTaskDefinitions(): TaskDefinitions {
  const all: TaskDefinition[] = [];

  function get(reference: string): TaskDefinition {
    const [family = "", revision] = (reference.split("/").at(-1) ?? "").split(":");
    const found = all.findLast((definition) =>
      definition.family === family &&
      (revision === undefined
        ? definition.status === "ACTIVE"
        : definition.revision === Number(revision))
    );
    if (found) return found;
    throw new EcsError("ClientException", `Unable to describe task definition "${reference}".`);
  }

  return {
    get,
    register(input) {
      const parsed = taskDefinitionInput.safeParse(input);
      if (!parsed.success) {
        const problems = parsed.error.issues.map(({ path, message }) =>
          `${path.join(".")}: ${message}`
        );
        throw new EcsError("ClientException", problems.join("; "));
      }
      const { family } = parsed.data;
      const revision = all.filter((definition) => definition.family === family).length + 1;
      const definition: TaskDefinition = {
        ...parsed.data,
        taskDefinitionArn: taskDefinitionArn(family, revision),
        revision,
        status: "ACTIVE",
        registeredAt: Date.now() / 1000,
      };
      all.push(definition);
      return definition;
    },
    deregister(reference) {
      const inactive: TaskDefinition = { ...get(reference), status: "INACTIVE" };
      all[
        all.findIndex(({ taskDefinitionArn }) => taskDefinitionArn === inactive.taskDefinitionArn)
      ] = inactive;
      return inactive;
    },
    list: (family) =>
      all.filter((definition) =>
        definition.status === "ACTIVE" && (family === undefined || definition.family === family)
      ),
  };
}
