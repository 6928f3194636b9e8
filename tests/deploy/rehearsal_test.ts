import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { openRehearsal } from "../../deploy/rehearsal/open_rehearsal.ts";
import { playScene } from "../../deploy/rehearsal/play_scene.ts";
import { SCENES } from "../../deploy/rehearsal/scenes.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";
import { installAwsCli } from "./local/aws_cli.ts";

/** The whole is `deno task ecs:rehearse`; these are its beginning, its middle and its controls. */
const SHORT_FORM = [
  "release licensing, rolling",
  "an image that crashes",
  "control: no handling of SIGTERM",
];
const LOAD = { readers: 4, minRequests: 600 };

Deno.test("ecs:local releases both services under load and is driven by the AWS CLI", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "cauce_rehearsal_" });
  await using disposed = new AsyncDisposableStack();
  disposed.defer(() => Deno.remove(folder, { recursive: true }));
  const lines: string[] = [];
  const { stage } = disposed.use(
    await openRehearsal({
      broker: "redis",
      runtime: "process",
      pace: 10,
      scalingPace: 20,
      folder,
      say,
      sayScripts: (line) => lines.push(line),
    }),
  );

  for (const scene of SCENES.filter(({ name }) => SHORT_FORM.includes(name))) {
    await t.step(scene.name, async () => {
      lines.length = 0;

      const { broken, load } = await playScene(scene, stage, LOAD);

      deepStrictEqual(broken, [], `${Deno.inspect(load.reasons)}\n${lines.join("\n")}`);
      ok(load.total >= LOAD.minRequests);
    });
  }

  await t.step("the AWS CLI reads, scales and stops what the scripts made", async () => {
    const { endpoint, platform, cluster } = stage.ecs;
    const aws = await installAwsCli({ endpoint, region: platform.environment.region });
    const inCluster = ["--cluster", cluster.name];

    await aws("ecs", "wait", "services-stable", ...inCluster, "--services", "licensing");
    const listed = await aws("ecs", "list-tasks", ...inCluster, "--service-name", "licensing");
    const [task = ""] = listed["taskArns"] as string[];
    const described = await aws("ecs", "describe-tasks", ...inCluster, "--tasks", task);
    const update = ["update-service", ...inCluster, "--service", "licensing"];
    await aws("ecs", ...update, "--desired-count", "3");
    await until(() => running(stage.ecs.cluster) === 3, "three tasks", { timeoutMs: 20_000 });
    await aws("ecs", "stop-task", ...inCluster, "--task", task, "--reason", "a test");
    await aws("ecs", ...update, "--desired-count", "2");
    await until(() => running(stage.ecs.cluster) === 2, "two tasks", { timeoutMs: 20_000 });
    const after = await aws("ecs", "describe-tasks", ...inCluster, "--tasks", task);

    strictEqual((described["tasks"] as { lastStatus: string }[])[0]?.lastStatus, "RUNNING");
    strictEqual((after["tasks"] as { stoppedReason: string }[])[0]?.stoppedReason, "a test");
  });

  await t.step("the AWS CLI is told what it may not do", async () => {
    const { endpoint, platform, cluster } = stage.ecs;
    const aws = await installAwsCli({ endpoint, region: platform.environment.region });

    await rejects(
      aws("ecs", "delete-service", "--cluster", cluster.name, "--service", "licensing"),
      /InvalidParameterException.*scaled above 0/,
    );
  });

  await t.step("down leaves no service, no task and no revision", async () => {
    const { code } = await stage.deploy("down");

    const { cluster } = stage.ecs;
    strictEqual(code, 0);
    deepStrictEqual(cluster.services.map(({ status }) => status), ["INACTIVE", "INACTIVE"]);
    deepStrictEqual(cluster.tasks.all.filter(({ lastStatus }) => lastStatus !== "STOPPED"), []);
    deepStrictEqual(cluster.definitions.list(), []);
  });
});

function running(cluster: { findService(name: string): unknown }): number {
  const service = cluster.findService("licensing") as {
    local: { state: { tasks: readonly { phase: string; target: string }[] } };
  };
  const { tasks } = service.local.state;
  const isSteady = tasks.every(({ phase, target }) => phase === "running" && target === "healthy");
  return isSteady ? tasks.length : 0;
}
