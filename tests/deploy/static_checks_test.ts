import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLES = join(ROOT, "deploy/environments");

Deno.test("deploy:lint exits with 7 and says what to write where a value breaks a rule", async () => {
  const example = JSON.parse(await Deno.readTextFile(join(EXAMPLES, "example.json")));
  example.stacks = join(EXAMPLES, example.stacks);
  example.values.OTEL_COLLECTOR_IMAGE = "collector:latest";
  const file = await Deno.makeTempFile({ prefix: "cauce_environment_", suffix: ".json" });
  await Deno.writeTextFile(file, JSON.stringify(example));

  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-all", "deploy/lint/main.ts"],
      ...["--json", "--environment", file],
    ],
    cwd: ROOT,
    stdin: "null",
  }).output();
  await Deno.remove(file);

  const decoder = new TextDecoder();
  strictEqual(code, 7, decoder.decode(stderr));
  const finding = 'otel-collector: image "collector:latest" can change under its name: ' +
    "give repository@sha256:<64 hex digits>";
  // And nothing else, in any of our files.
  deepStrictEqual(JSON.parse(decoder.decode(stdout)).findings, [
    { file: "deploy/ecs-task-defs/organization.json", finding },
    { file: "deploy/ecs-task-defs/licensing.json", finding },
  ]);
});
