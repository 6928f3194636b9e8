import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readTemplates } from "../../deploy/lint/aws_models.ts";
import { importBreaches } from "../../deploy/lint/export_rules.ts";
import { templateFiles } from "../../deploy/lint/lint_all.ts";
import { alarmNames, templateBreaches } from "../../deploy/lint/template_rules.ts";
import type { Template } from "../../deploy/lint/template.ts";
import { placeholders } from "../../deploy/render.ts";
import { valuesOfStacks } from "../../deploy/scripts/stack_outputs.ts";
import { say } from "../support/say.ts";
import { makeTempFolder } from "../support/temp_folder.ts";
import { type BadTemplate, REFUSED_BY_CFN_LINT, REFUSED_TEMPLATES } from "./bad_templates.ts";
import type { Damaged } from "./bad_task_definitions.ts";

const ROOT = new URL("../../", import.meta.url);
const SERVICES = ["organization", "licensing"];
/** What no stack can know. */
const BY_HAND = ["AUTH_ISSUER", "AUTH_JWKS_URL", "DATABASE_SSL_CA", "ENVIRONMENT", "KAFKA_BROKERS"];
const GIVEN = ["AWS_REGION", "CLUSTER", "IMAGE", "TASK_DEFINITION"];

await using folder = await makeTempFolder("templates");
const ours = await templateFiles();
const plain = await readTemplates(ours, { say });
const damaged = await readTemplates(
  await Promise.all(REFUSED_BY_CFN_LINT.map(async (bad, index) => {
    const file = `${folder.path}/${index}.json`;
    await Deno.writeTextFile(file, JSON.stringify(damage(bad)));
    return file;
  })),
  { say },
);

for (const file of ours) {
  Deno.test(`${file} keeps our rules, and cfn-lint finds nothing in it`, () => {
    const { template, findings } = plain[file] ?? { template: {}, findings: ["not read"] };

    deepStrictEqual([...templateBreaches(template), ...findings], []);
    ok(Object.keys(template.Resources ?? {}).length > 0);
  });
}

for (const bad of REFUSED_TEMPLATES) {
  Deno.test(`our rules refuse a template with ${bad.name}`, () => {
    const found = templateBreaches(damage(bad));

    deepStrictEqual(found, [bad.finding]);
  });
}

for (const [index, { name, finding }] of REFUSED_BY_CFN_LINT.entries()) {
  Deno.test(`cfn-lint refuses a template with ${name}`, () => {
    const { findings = [] } = damaged[`${folder.path}/${index}.json`] ?? {};

    ok(findings.some((line) => line.includes(finding)), `found instead:\n${findings.join("\n")}`);
  });
}

Deno.test("what a template imports, another exports", () => {
  const breaches = importBreaches(templatesByFile(), SERVICES);

  deepStrictEqual(Object.values(breaches).flat(), []);
});

Deno.test("our rules refuse an import that no template exports", () => {
  const templates = templatesByFile();
  const service: Damaged = structuredClone(templates["deploy/cloudformation/service.yaml"]);
  service.Resources.Blue.Properties.VpcId = {
    "Fn::ImportValue": { "Fn::Sub": "${Name}-${Service}-vpc" },
  };

  const breaches = importBreaches({ ...templates, service }, SERVICES);

  deepStrictEqual(
    breaches["service"]?.[0],
    [
      'imports "${Name}-organization-vpc", which no template exports:',
      "give an output of that Export, or correct the name",
    ].join(" "),
  );
});

Deno.test("the templates make the alarms of each service", () => {
  const templates = Object.values(plain).map(({ template }) => template);

  const names = alarmNames(templates, { cluster: "prod", service: "licensing" });

  ok(names.includes("prod-licensing-errors"), names.join());
});

Deno.test("the example's stacks put out what the templates do", async () => {
  const { Stacks } = JSON.parse(await readText("deploy/environments/example.stacks.json"));
  for (const { StackName, Parameters, Outputs } of Stacks) {
    const name = Parameters ? "service" : StackName.replace("cauce-", "");
    const keys = Outputs.map(({ OutputKey }: { OutputKey: string }) => OutputKey);

    const known = Object.keys(plain[`deploy/cloudformation/${name}.yaml`]?.template.Outputs ?? {});

    deepStrictEqual(keys.filter((key: string) => !known.includes(key)), [], StackName);
  }
});

Deno.test("stacks and what is written by hand fill every placeholder", async () => {
  const stacks = JSON.parse(await readText("deploy/environments/example.stacks.json"));
  const known = valuesOfStacks(stacks, SERVICES);
  const example = JSON.parse(await readText("deploy/environments/example.json"));
  for (const service of SERVICES) {
    const written = [...Object.keys(example.values), ...Object.keys(example.services[service])];
    const wanted = await Promise.all(
      ["ecs-task-defs", "services", "autoscaling"].map((kind) =>
        readText(`deploy/${kind}/${service}.json`)
      ),
    );

    const missing = placeholders(wanted.join("\n")).filter((name) =>
      !GIVEN.includes(name) && !written.includes(name) &&
      !(name in (known?.values ?? {})) && !(name in (known?.services[service] ?? {}))
    );

    deepStrictEqual(missing, [], service);
  }
  deepStrictEqual(BY_HAND.filter((name) => !(name in example.values)), []);
});

Deno.test("the deployer may do what the scripts call, and of these services nothing else", async () => {
  const called = await operationsOfScripts();

  const { Resources } = plain["deploy/cloudformation/deployer.yaml"]?.template ?? {};
  const allowed = JSON.stringify(Resources).match(/"(ecs|application-autoscaling):\w+"/g) ?? [];

  const granted = allowed.map((action) => action.slice(1, -1));
  // Tags travel with what is made, and are a right of their own.
  deepStrictEqual(granted.filter((action) => action !== "ecs:TagResource").sort(), called);
});

Deno.test("users of ElastiCache have the commands of deploy/redis/users.acl", async () => {
  const acl = await readText("deploy/redis/users.acl");
  const users = Object.values(plain).flatMap(({ template }) =>
    Object.values(template.Resources ?? {})
  ).filter(({ Type }) => Type === "AWS::ElastiCache::User")
    .map(({ Properties }) => Properties as { UserName: string; AccessString: string })
    .filter(({ UserName }) => UserName !== "default");

  for (const { UserName, AccessString } of users) {
    const line = acl.split("\n").find((one) => one.startsWith(`user ${UserName} `)) ?? "";
    deepStrictEqual(wordsOf(AccessString, "+"), wordsOf(line, "+"), UserName);
    deepStrictEqual(
      wordsOf(AccessString, "~").filter((key) => !wordsOf(line, "~").includes(key)),
      [],
    );
  }
  strictEqual(users.length, 3);
});

/** As IAM writes them, sorted. */
async function operationsOfScripts(): Promise<string[]> {
  const found = new Set<string>();
  for (const folder of ["deploy/scripts", "deploy/scripts/commands"]) {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, ROOT))) {
      if (!isFile) continue;
      const text = await readText(`${folder}/${name}`);
      for (const [, service, operation = ""] of text.matchAll(CALL)) {
        // Where the service is left out it is scaling.
        found.add(`${service === "ecs" ? "ecs" : "application-autoscaling"}:${operation}`);
      }
    }
  }
  found.delete("application-autoscaling:DescribeAlarms");
  return [...found].sort();
}

const CALL = /\bcall\(\s*(?:"(ecs|scaling|cloudwatch)",\s*)?"([A-Z]\w+)"/g;

function templatesByFile(): Record<string, Template> {
  return Object.fromEntries(
    Object.entries(plain).map(([file, { template }]) => [file, template]),
  );
}

function wordsOf(rules: string, kind: "+" | "~"): string[] {
  return rules.split(/\s+/).filter((word) => word.startsWith(kind)).sort();
}

function damage({ file, resource, damage: change }: BadTemplate): Damaged {
  const template: Damaged = structuredClone(
    plain[`deploy/cloudformation/${file}.yaml`]?.template,
  );
  change(template.Resources[resource]);
  return template;
}

function readText(file: string): Promise<string> {
  return Deno.readTextFile(fileURLToPath(new URL(file, ROOT)));
}
