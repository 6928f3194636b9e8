import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDeployScript } from "../../deploy/rehearsal/stage.ts";
import { createAws } from "../../deploy/scripts/aws_client.ts";
import { readEnvironment } from "../../deploy/scripts/environment.ts";
import { makeTempFolder } from "../support/temp_folder.ts";
import { SCALE_LICENSING_CALLS, UP_CALLS } from "./expected_calls.ts";
import { startMoto } from "./local/moto.ts";

const EXAMPLE = fileURLToPath(
  new URL("../../deploy/environments/example.json", import.meta.url),
);
const READS = /^(Describe|List)/;
const SERVICES = ["organization", "licensing"];
const UP = SERVICES.map((service) => `--image=${service}=${image(service, 1)}`);

Deno.test("moto hears of each change once, in order, and has nothing left after down", async (t) => {
  await using moto = await startMoto(await readEnvironment(EXAMPLE));
  await using folder = await makeTempFolder("moto");
  const environmentFile = join(folder.path, "environment.json");
  await Deno.writeTextFile(environmentFile, JSON.stringify(moto.environment));
  const lines: string[] = [];
  const deploy = createDeployScript({ environmentFile, say: (line) => lines.push(line) });

  /** Runs a script; what it reads does not count. */
  async function run(...args: readonly string[]) {
    moto.takeCalls();
    // moto never tells of a rollout: a moment is as good as an hour.
    const { code, result } = await deploy(...args, "--timeout", "1");
    return { code, result, changes: moto.takeCalls().filter((call) => !READS.test(call)) };
  }

  await t.step("up registers and makes each service", async () => {
    const { code, changes } = await run("up", ...UP);

    strictEqual(code, 0, lines.join("\n"));
    deepStrictEqual(changes, UP_CALLS);
  });

  await t.step("scale puts bounds, policies and schedules", async () => {
    const { code, changes } = await run("scale", "licensing");

    strictEqual(code, 0, lines.join("\n"));
    deepStrictEqual(changes, SCALE_LICENSING_CALLS);
  });

  await t.step("the second time nothing is changed", async () => {
    for (const args of [["up", ...UP], ["scale", "licensing"], ["plan", "licensing"]]) {
      const { code, changes } = await run(...args);

      strictEqual(code, 0, lines.join("\n"));
      deepStrictEqual(changes, [], args[0]);
    }
  });

  await t.step("release registers and updates, and never sends a desired count", async () => {
    const { changes } = await run("release", "licensing", "--image", image("licensing", 2));

    deepStrictEqual(changes, ["RegisterTaskDefinition", "UpdateService"]);
    const { result } = await run("status", "licensing");
    strictEqual(result[0].taskDefinition, "cauce-licensing:2");
    strictEqual(result[0].desired, 2);
  });

  await t.step("down takes away all that was made, and a second down finds nothing", async () => {
    const first = await run("down");
    const second = await run("down");

    strictEqual(first.code, 0, lines.join("\n"));
    deepStrictEqual(first.changes, [
      ...["DeleteService", "DeregisterScalableTarget", "DeleteService"],
      ...Array.from({ length: 3 }, () => "DeregisterTaskDefinition"),
    ]);
    deepStrictEqual([second.code, second.changes], [0, []]);
    match(lines.join("\n"), /there is nothing to take away/);
    const { call } = createAws(moto.environment);
    const [services, definitions, targets] = await Promise.all([
      call("ecs", "DescribeServices", { cluster: "cauce", services: SERVICES }),
      call("ecs", "ListTaskDefinitions", { status: "ACTIVE" }),
      call("scaling", "DescribeScalableTargets", { ServiceNamespace: "ecs" }),
    ]);
    const statuses = services.services.map(({ status }: { status: string }) => status);
    deepStrictEqual(statuses, ["INACTIVE", "INACTIVE"]);
    deepStrictEqual(definitions.taskDefinitionArns, []);
    deepStrictEqual(targets.ScalableTargets, []);
  });
});

function image(service: string, version: number): string {
  return `registry.example/${service}@sha256:${String(version).repeat(64)}`;
}
