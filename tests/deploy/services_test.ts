import { deepStrictEqual, ok } from "node:assert/strict";
import { organizationChanges } from "@cauce/contracts";
import { type AwsInput, findingsOfAwsModels } from "../../deploy/lint/aws_models.ts";
import { scalingBreaches } from "../../deploy/lint/scaling_rules.ts";
import { breaches } from "../../deploy/lint/rules.ts";
import { serviceBreaches } from "../../deploy/lint/service_rules.ts";
import { placeholders, render } from "../../deploy/render.ts";
import { say } from "../support/say.ts";
import { REFUSED_BY_MODELS, REFUSED_SCALINGS, REFUSED_SERVICES } from "./bad_services.ts";
import type { Damaged } from "./bad_task_definitions.ts";

const SERVICES = ["organization", "licensing"] as const;
const { partitionCount: partitions } = organizationChanges;

/** The environment that people copy must do for every template. */
const environment = JSON.parse(await readText("environments/example.json"));
const IMAGE = `registry.example/cauce@sha256:${"0".repeat(64)}`;
const values = (name: string) => ({
  ...environment.values,
  ...environment.services[name],
  AWS_REGION: environment.region,
  CLUSTER: environment.cluster,
  IMAGE,
  TASK_DEFINITION: `cauce-${name}:1`,
});

const [services, scalings, tasks] = await Promise.all(
  ["services", "autoscaling", "ecs-task-defs"].map(async (folder) =>
    Object.fromEntries(
      await Promise.all(SERVICES.map(async (name) => [name, await load(folder, name)])),
    )
  ),
) as [Damaged, Damaged, Damaged];

for (const name of SERVICES) {
  Deno.test(`the service ${name} keeps our rules`, () => {
    deepStrictEqual(serviceBreaches(services[name], tasks[name]), []);
  });

  Deno.test(`the example environment gives ${name} a task definition that keeps our rules`, () => {
    deepStrictEqual(breaches(tasks[name]), []);
  });

  Deno.test(`${name} is scaled by our rules`, () => {
    deepStrictEqual(scalingBreaches(scalings[name], { partitions }), []);
  });
}

for (const { name, damage, finding } of REFUSED_SERVICES) {
  Deno.test(`our rules refuse a service with ${name}`, () => {
    const service = structuredClone(services["licensing"]);
    damage(service);

    const found = serviceBreaches(service, tasks["licensing"]);

    ok(found.includes(finding), `found instead:\n${found.join("\n")}`);
  });
}

for (const { name, damage, finding } of REFUSED_SCALINGS) {
  Deno.test(`our rules refuse scaling with ${name}`, () => {
    const scaling = structuredClone(scalings["licensing"]);
    damage(scaling);

    const found = scalingBreaches(scaling, { partitions });

    ok(found.includes(finding), `found instead:\n${found.join("\n")}`);
  });
}

Deno.test("AWS's models accept our services and scalings and refuse each damaged one", async (t) => {
  const inputs: Record<string, AwsInput> = {};
  for (const name of SERVICES) {
    inputs[name] = { service: "ecs", operation: "CreateService", input: services[name] };
    inputs[`the bounds of ${name}`] = scaling("RegisterScalableTarget", scalings[name].target);
    for (const policy of scalings[name].policies) {
      inputs[policy.PolicyName] = scaling("PutScalingPolicy", policy);
    }
  }
  const accepted = Object.keys(inputs);
  for (const { name, of, damage } of REFUSED_BY_MODELS) {
    const [policy] = scalings["licensing"].policies;
    const input = structuredClone(of === "service" ? services["licensing"] : policy);
    damage(input);
    inputs[`${of} with ${name}`] = of === "service"
      ? { service: "ecs", operation: "CreateService", input }
      : scaling("PutScalingPolicy", input);
  }

  const found = await findingsOfAwsModels(inputs, { say });

  for (const name of accepted) {
    await t.step(`${name} is accepted`, () => deepStrictEqual(found[name], []));
  }
  for (const { name, of, finding } of REFUSED_BY_MODELS) {
    await t.step(`a ${of} with ${name} is refused`, () => {
      const lines = found[`${of} with ${name}`] ?? [];
      ok(lines.some((line) => line.includes(finding)), `found instead:\n${lines.join("\n")}`);
    });
  }
});

function scaling(operation: AwsInput["operation"], input: unknown): AwsInput {
  return { service: "application-autoscaling", operation, input };
}

async function load(folder: string, name: string): Promise<unknown> {
  const template = await readText(`${folder}/${name}.json`);
  const used = placeholders(template);
  return render(
    template,
    Object.fromEntries(Object.entries<string>(values(name)).filter(([key]) => used.includes(key))),
  );
}

function readText(file: string): Promise<string> {
  return Deno.readTextFile(new URL(`../../deploy/${file}`, import.meta.url));
}
