import { deepStrictEqual, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { organizationChanges } from "@cauce/contracts";
import { type AwsInput, findingsOfAwsModels } from "../../deploy/lint/aws_models.ts";
import { scalingBreaches } from "../../deploy/lint/scaling_rules.ts";
import { breaches } from "../../deploy/lint/rules.ts";
import { alarmBreaches, serviceBreaches } from "../../deploy/lint/service_rules.ts";
import { metricOf, scalingPolicyInput } from "../../deploy/local/scaling/scaling_input.ts";
import { BROKERS } from "../../deploy/scripts/broker.ts";
import { readEnvironment } from "../../deploy/scripts/environment.ts";
import {
  renderScaling,
  renderService,
  renderTaskDefinition,
} from "../../deploy/scripts/templates.ts";
import { say } from "../support/say.ts";
import {
  REFUSED_BY_MODELS,
  REFUSED_SCALINGS,
  REFUSED_SCHEDULES,
  REFUSED_SERVICES,
} from "./bad_services.ts";
import type { Damaged } from "./bad_task_definitions.ts";

const SERVICES = ["organization", "licensing"] as const;
const { partitionCount: partitions } = organizationChanges;

/** The environment that people copy must do for every template. */
const environment = await readEnvironment(
  fileURLToPath(new URL("../../deploy/environments/example.json", import.meta.url)),
);
const image = `registry.example/cauce@sha256:${"0".repeat(64)}`;

const [services, scalings, tasks] = await Promise.all([
  each((service) => renderService(environment, { service, taskDefinition: `cauce-${service}:1` })),
  each((service) => renderScaling(environment, service)),
  each((service) => renderTaskDefinition(environment, { service, image })),
]);

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

for (const broker of BROKERS) {
  Deno.test(`ecs:local knows by what licensing is scaled where ${broker} is the broker`, async () => {
    const { policies } = await renderScaling({ ...environment, broker }, "licensing");

    const metrics = policies.map((policy) => metricOf(scalingPolicyInput.parse(policy)));

    deepStrictEqual(metrics, ["cpu", "requests", "lag"]);
    deepStrictEqual(JSON.stringify(policies).includes("AWS/Kafka"), broker === "kafka");
  });
}

Deno.test("licensing is scaled by the lag of the group that it has at Kafka", async () => {
  const acls = await Deno.readTextFile(new URL("../../deploy/kafka/acls.txt", import.meta.url));
  const [, group = ""] = /User:licensing .*--group (\S+)/.exec(acls) ?? [];

  const { policies } = scalings["licensing"];
  const dimensions = JSON.stringify(policies).match(/"Consumer Group","Value":"([^"]+)"/);

  deepStrictEqual(dimensions?.[1], group);
});

for (const { name, damage, finding } of REFUSED_SERVICES) {
  Deno.test(`our rules refuse a service with ${name}`, () => {
    const service = structuredClone(services["licensing"]);
    damage(service);

    const found = serviceBreaches(service, tasks["licensing"]);

    ok(found.includes(finding), `found instead:\n${found.join("\n")}`);
  });
}

Deno.test("our rules refuse a service whose alarm nobody made", () => {
  const existing = ["cauce-licensing-errors"];

  deepStrictEqual(alarmBreaches(services["licensing"], existing), [
    'alarm "cauce-licensing-slow" is in no template: make it in ' +
    "deploy/cloudformation/alarms.yaml, or ECS has nothing to watch",
  ]);
});

for (const { name, damage, finding } of REFUSED_SCALINGS) {
  Deno.test(`our rules refuse scaling with ${name}`, () => {
    const scaling = structuredClone(scalings["licensing"]);
    damage(scaling);

    const found = scalingBreaches(scaling, { partitions });

    ok(found.includes(finding), `found instead:\n${found.join("\n")}`);
  });
}

for (const { name, damage, finding } of REFUSED_SCHEDULES) {
  Deno.test(`our rules refuse a schedule with ${name}`, () => {
    const scaling = structuredClone(scalings["licensing"]);
    damage(scaling.scheduled[0]);

    deepStrictEqual(scalingBreaches(scaling, { partitions }), [finding]);
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
    for (const action of scalings[name].scheduled) {
      inputs[action.ScheduledActionName] = scaling("PutScheduledAction", action);
    }
  }
  const accepted = Object.keys(inputs);
  for (const { name, of, damage } of REFUSED_BY_MODELS) {
    const { policies: [policy], scheduled: [schedule] } = scalings["licensing"];
    const input = structuredClone({ service: services["licensing"], policy, schedule }[of]);
    damage(input);
    inputs[`${of} with ${name}`] = of === "service"
      ? { service: "ecs", operation: "CreateService", input }
      : scaling(of === "policy" ? "PutScalingPolicy" : "PutScheduledAction", input);
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

/** For each service, of unknown shape: cases damage it. */
async function each(
  load: (service: string) => Promise<unknown>,
): Promise<Readonly<Record<string, Damaged>>> {
  const loaded = SERVICES.map(async (name) => [name, await load(name)] as const);
  return Object.fromEntries(await Promise.all(loaded));
}
