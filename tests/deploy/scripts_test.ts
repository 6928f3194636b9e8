import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { createAws } from "../../deploy/scripts/aws_client.ts";
import { until } from "../support/until.ts";
import { SCALE_LICENSING_CALLS, UP_CALLS } from "./expected_calls.ts";
import { openTinyEcs, tinyImage } from "./local/tiny_ecs.ts";

Deno.test("deploy scripts change what the plan says, once, and take it away again", async (t) => {
  await using ecs = await openTinyEcs();
  const { deploy, changes, lines, cluster } = ecs;
  const aws = createAws(ecs.environment);
  const images = ["organization", "licensing"].map((service) =>
    `--image=${service}=${tinyImage(service as "licensing", "1")}`
  );

  /** Runs a script and returns what it came to, with the changes it made. */
  async function run(...args: readonly string[]) {
    changes.length = 0;
    lines.length = 0;
    return { ...await deploy(...args), changes: [...changes] };
  }

  await t.step("plan says what up and scale would do, and does nothing", async () => {
    const { code, result, changes } = await run("plan", ...images);

    strictEqual(code, 6);
    deepStrictEqual(changes, []);
    deepStrictEqual(result.plan.slice(0, 3), [
      `register cauce-organization with ${tinyImage("organization", "1")}`,
      "make the service organization in cauce",
      "scale organization between 2 and 8 tasks",
    ]);
  });

  await t.step("up makes both services; with --plan it only says so", async () => {
    const planned = await run("up", ...images, "--plan");
    const { code, changes } = await run("up", ...images);

    deepStrictEqual([planned.code, planned.changes], [6, []]);
    strictEqual(code, 0, lines.join("\n"));
    deepStrictEqual(changes, UP_CALLS);
  });

  await t.step("scale puts bounds, policies and schedules", async () => {
    await run("scale", "organization");
    const { code, changes } = await run("scale", "licensing");

    strictEqual(code, 0, lines.join("\n"));
    deepStrictEqual(changes, SCALE_LICENSING_CALLS);
  });

  await t.step("a second time up, scale and plan change nothing and say so", async () => {
    for (const args of [["up", ...images], ["scale", "licensing"], ["plan"]]) {
      const { code, changes } = await run(...args);

      strictEqual(code, 0, lines.join("\n"));
      deepStrictEqual(changes, []);
      match(lines.join("\n"), /there is nothing to change/);
    }
  });

  await t.step("up changes back what a file says otherwise, without a deployment", async () => {
    await aws.call("ecs", "UpdateService", {
      cluster: "cauce",
      service: "organization",
      deploymentConfiguration: { strategy: "BLUE_GREEN" },
    });
    const { local } = cluster.findService("organization") ?? {};
    const before = local?.history.all.length;

    const { code, changes } = await run("up", ...images);

    strictEqual(code, 0, lines.join("\n"));
    match(lines.join("\n"), /plan: change deploymentConfiguration of organization/);
    deepStrictEqual(changes, ["UpdateService"]);
    strictEqual(local?.state.strategy.type, "ROLLING");
    strictEqual(local?.history.all.length, before);
  });

  await t.step("in the morning a schedule starts a third task", async () => {
    ecs.clock.now = Date.parse("2026-11-30T06:30:00Z");

    const running = () =>
      cluster.findService("licensing")?.local.state.tasks.filter(({ phase }) =>
        phase === "running"
      );
    await until(() => running()?.length === 3, "the third task", { timeoutMs: 30_000 });
  });

  await t.step("what a schedule put is no difference; a foreign schedule is", async () => {
    const ResourceId = "service/cauce/licensing";
    const scaled = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" };
    await aws.call("scaling", "PutScheduledAction", {
      ...scaled,
      ResourceId,
      ScheduledActionName: "forgotten",
      Schedule: "rate(1 day)",
      ScalableTargetAction: { MaxCapacity: 2 },
    });

    const { code, result, changes } = await run("scale", "licensing");

    strictEqual(code, 0, lines.join("\n"));
    deepStrictEqual(result.plan, ["delete the schedule forgotten, which the file has not"]);
    deepStrictEqual(changes, ["DeleteScheduledAction"]);
  });

  await t.step("migrate runs a task of its own and tells its exit code", async () => {
    const good = await run("migrate", "licensing");
    const missing = await run("migrate", "licensing", "--image", tinyImage("licensing", "f"));
    const bad = await run("migrate", "licensing", "--image", tinyImage("licensing", "e"));

    deepStrictEqual([good.code, good.changes, good.result.exitCode], [0, ["RunTask"], 0]);
    deepStrictEqual([bad.code, bad.result.exitCode], [8, 3]);
    match(bad.result.reason, /Essential container in task exited/);
    deepStrictEqual([missing.code, missing.result.exitCode], [8, undefined]);
    match(missing.result.reason, /CannotPullContainerError/);
  });

  await t.step("release --migrate releases after its migration, and not without", async () => {
    const bad = await run(
      "release",
      "licensing",
      "--migrate",
      "--image",
      tinyImage("licensing", "e"),
    );
    const good = await run(
      ...["release", "licensing", "--migrate", "--image", tinyImage("licensing", "2")],
    );

    deepStrictEqual([bad.code, bad.changes], [8, ["RunTask"]]);
    strictEqual(good.code, 0, lines.join("\n"));
    deepStrictEqual(good.changes, ["RegisterTaskDefinition", "RunTask", "UpdateService"]);
  });

  await t.step("an alarm rolls a release back", async () => {
    const primary = () => cluster.findService("licensing")?.local.state.deployments[0];
    const before = primary()?.taskDefinition;
    const released = run("release", "licensing", "--image", tinyImage("licensing", "3"));
    await until(() => primary()?.taskDefinition !== before, "the new deployment");
    const alarm = { AlarmName: "cauce-licensing-errors", StateReason: "a test" };
    await aws.call("cloudwatch", "SetAlarmState", { ...alarm, StateValue: "ALARM" });

    const { code, result } = await released;

    strictEqual(code, 2, lines.join("\n"));
    match(result.reason, /alarm "cauce-licensing-errors" went off/);
    strictEqual(primary()?.taskDefinition, before);
    const { MetricAlarms } = await aws.call("cloudwatch", "DescribeAlarms", {
      StateValue: "ALARM",
    });
    deepStrictEqual(MetricAlarms.map(({ AlarmName }: { AlarmName: string }) => AlarmName), [
      "cauce-licensing-errors",
    ]);
  });

  await t.step("a plan says which alarm is on already", async () => {
    const image = tinyImage("licensing", "4");
    const { code, changes } = await run("release", "licensing", "--image", image, "--plan");

    deepStrictEqual([code, changes], [6, []]);
    match(lines.join("\n"), /beware: the alarm cauce-licensing-errors is on already/);
  });

  await t.step("an alarm that no service names is not there to be set", async () => {
    const alarm = { AlarmName: "nobody's", StateReason: "a test", StateValue: "ALARM" };

    await rejects(aws.call("cloudwatch", "SetAlarmState", alarm), { code: "ResourceNotFound" });
  });

  await t.step("down leaves nothing", async () => {
    const { code } = await run("down");

    strictEqual(code, 0, lines.join("\n"));
    deepStrictEqual(cluster.services.map(({ status }) => status), ["INACTIVE", "INACTIVE"]);
    ok(cluster.tasks.all.every(({ lastStatus }) => lastStatus === "STOPPED"));
    deepStrictEqual(cluster.definitions.list(), []);
    const { ScalableTargets } = await aws.call("scaling", "DescribeScalableTargets", {
      ServiceNamespace: "ecs",
    });
    deepStrictEqual(ScalableTargets, []);
  });
});
