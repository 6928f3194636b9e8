import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  RunTaskCommand,
  UpdateServiceCommand,
  waitUntilServicesStable,
  waitUntilTasksStopped,
} from "@aws-sdk/client-ecs";
import { installAwsCli } from "./local/aws_cli.ts";
import { openTinyEcs, tinyImage } from "./local/tiny_ecs.ts";

Deno.test("AWS's own clients, unmodified, drive ecs:local", async (t) => {
  await using local = await openTinyEcs();
  const { deploy, endpoint, environment: { region, cluster } } = local;
  const up = await deploy("up", `--image=licensing=${tinyImage("licensing", "1")}`);
  strictEqual(up.code, 0, local.lines.join("\n"));
  await deploy("scale", "licensing");
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };

  await t.step("the SDK reads, updates and waits for a service", async () => {
    const ecs = new ECSClient({ region, endpoint, credentials });

    const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
    const service = serviceArns[0] ?? "";
    const { service: updated } = await ecs.send(
      new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }),
    );
    await waitUntilServicesStable({ client: ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, {
      cluster,
      services: [service],
    });
    const { serviceDeployments = [] } = await ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service }),
    );

    strictEqual(updated?.deploymentConfiguration?.alarms?.rollback, true);
    deepStrictEqual(serviceDeployments.length, 2);
    ok(serviceDeployments[0]?.createdAt instanceof Date);
  });

  await t.step("the SDK runs a task and sees it end", async () => {
    const ecs = new ECSClient({ region, endpoint, credentials });

    const { tasks: started = [] } = await ecs.send(
      new RunTaskCommand({
        cluster,
        taskDefinition: "cauce-licensing",
        overrides: { containerOverrides: [{ name: "licensing", command: ["migrate"] }] },
      }),
    );
    const tasks = started.map(({ taskArn = "" }) => taskArn);
    await waitUntilTasksStopped({ client: ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, {
      cluster,
      tasks,
    });
    const { tasks: [ended] = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));

    strictEqual(ended?.lastStatus, "STOPPED");
    strictEqual(ended.containers?.[0]?.exitCode, 0);
  });

  await t.step("the SDK reads what scales a service, and adds to it", async () => {
    const scaling = new ApplicationAutoScalingClient({ region, endpoint, credentials });
    const ResourceId = `service/${cluster}/licensing`;

    const { ScalableTargets = [] } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [ResourceId] }),
    );
    const { ScalingPolicies = [] } = await scaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs", ResourceId }),
    );
    await scaling.send(
      new PutScheduledActionCommand({
        ServiceNamespace: "ecs",
        ScalableDimension: "ecs:service:DesiredCount",
        ResourceId,
        ScheduledActionName: "licensing-sale",
        Schedule: "at(2030-11-29T00:00:00)",
        ScalableTargetAction: { MinCapacity: 6 },
      }),
    );
    const { ScheduledActions = [] } = await scaling.send(
      new DescribeScheduledActionsCommand({ ServiceNamespace: "ecs", ResourceId }),
    );

    deepStrictEqual(ScalableTargets.map(({ MaxCapacity }) => MaxCapacity), [8]);
    deepStrictEqual(ScalingPolicies.length, 3);
    deepStrictEqual(ScheduledActions.map(({ ScheduledActionName }) => ScheduledActionName), [
      "licensing-day",
      "licensing-night",
      "licensing-sale",
    ]);
  });

  await t.step("the AWS CLI sets an alarm off and sees it", async () => {
    const aws = await installAwsCli({ endpoint, region });
    const alarm = ["--alarm-name", "cauce-licensing-slow", "--state-reason", "a test"];

    await aws("cloudwatch", "set-alarm-state", "--state-value", "ALARM", ...alarm);
    const described = await aws("cloudwatch", "describe-alarms", "--state-value", "ALARM");

    const alarms = described["MetricAlarms"] as { AlarmName: string; StateReason: string }[];
    deepStrictEqual(alarms.map(({ AlarmName, StateReason }) => [AlarmName, StateReason]), [
      ["cauce-licensing-slow", "a test"],
    ]);
  });
});
