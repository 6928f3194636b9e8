import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { findingsOfAwsModels } from "../../deploy/lint/aws_models.ts";
import { breaches } from "../../deploy/lint/rules.ts";
import type { TaskDefinition } from "../../deploy/lint/task_definition.ts";
import { placeholders, render } from "../../deploy/render.ts";
import {
  type BadDefinition,
  type Damaged,
  REFUSED_BY_AWS_MODELS,
  REFUSED_BY_OUR_RULES,
} from "./bad_task_definitions.ts";
import { say } from "../support/say.ts";

const SERVICES = ["organization", "licensing"] as const;

/** What a template's variable may look like where it matters; any other becomes "value". */
const VALUES: Readonly<Record<string, string>> = {
  IMAGE: `registry.example/cauce@sha256:${"0".repeat(64)}`,
  OTEL_COLLECTOR_IMAGE: `registry.example/collector@sha256:${"1".repeat(64)}`,
  AWS_REGION: "eu-central-1",
  EXECUTION_ROLE_ARN: "arn:aws:iam::123456789012:role/cauce-execution",
  TASK_ROLE_ARN: "arn:aws:iam::123456789012:role/cauce-task",
};

const valid = Object.fromEntries(
  await Promise.all(SERVICES.map(async (name) => [name, await renderDefinition(name)])),
);

for (const name of SERVICES) {
  Deno.test(`the task definition of ${name} keeps our rules and is named after its service`, () => {
    const found = breaches(valid[name]);

    deepStrictEqual(found, []);
    strictEqual(valid[name].family, `cauce-${name}`);
  });
}

for (const bad of REFUSED_BY_OUR_RULES) {
  Deno.test(`our rules refuse a task definition with ${bad.name}`, () => {
    const found = breaches(damaged(bad));

    ok(found.includes(bad.finding), `found instead:\n${found.join("\n")}`);
  });
}

Deno.test("AWS's models accept our task definitions and refuse each damaged one", async (t) => {
  const definitions: Record<string, unknown> = { ...valid };
  for (const bad of REFUSED_BY_AWS_MODELS) definitions[bad.name] = damaged(bad);
  const inputs = Object.entries(definitions).map(([name, input]) =>
    [name, { service: "ecs", operation: "RegisterTaskDefinition", input }] as const
  );

  const found = await findingsOfAwsModels(Object.fromEntries(inputs), { say });

  for (const name of SERVICES) {
    await t.step(`${name} is accepted`, () => deepStrictEqual(found[name], []));
  }
  for (const { name, finding } of REFUSED_BY_AWS_MODELS) {
    await t.step(`${name} is refused`, () => {
      const lines = found[name] ?? [];
      ok(lines.some((line) => line.includes(finding)), `found instead:\n${lines.join("\n")}`);
    });
  }
});

async function renderDefinition(name: string): Promise<Damaged> {
  const template = await Deno.readTextFile(
    new URL(`../../deploy/ecs-task-defs/${name}.json`, import.meta.url),
  );
  const values = placeholders(template).map((name) => [name, VALUES[name] ?? valueOf(name)]);
  return render(template, Object.fromEntries(values));
}

function valueOf(name: string): string {
  return name.endsWith("_ARN")
    ? `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name.toLowerCase()}`
    : "value";
}

function damaged({ damage }: BadDefinition): TaskDefinition {
  const task: Damaged = structuredClone(valid["organization"]);
  const [service, collector] = task.containerDefinitions;
  damage(task, service, collector);
  return task;
}
