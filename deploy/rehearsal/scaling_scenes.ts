/**
 * The scenes in which the number of tasks follows the load and the lag, up and down again.
 *
 * @module
 */

import type { LocalService } from "../local/cluster/local_service.ts";
import type { Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";

const RESOURCE = {
  ServiceNamespace: "ecs",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const [FEWEST, MOST] = [2, 4];
const HEAVY_READERS = 9;
const MEASURED_MS = 5_000;
const COOLDOWN_SECONDS = 60;
const LAG_PER_TASK = 50;
const SINK = "organization-changes-in";

/** Scaling by requests and by lag. */
export const SCALING_SCENES: readonly Scene[] = [
  {
    name: "scale out and in by requests",
    readers: 1,
    async play(stage) {
      const service = licensing(stage);
      const heavy = stage.traffic.start({ readers: HEAVY_READERS });
      const before = service.requests;
      await sleep(MEASURED_MS);
      const perMinute = (service.requests - before) * 60_000 / MEASURED_MS;
      await track(stage, "requests", {
        // Three and a half tasks' worth: four are needed, and enough.
        TargetValue: perMinute / 3.5,
        PredefinedMetricSpecification: { PredefinedMetricType: "ALBRequestCountPerTarget" },
      });
      const isOut = await reaches(service, MOST, 120_000);
      const { failed } = await heavy.stop();
      const isIn = await reaches(service, FEWEST, 240_000);
      return await verdict(stage, { policy: "requests", isOut, isIn, failed });
    },
  },
  {
    name: "scale out and in by lag",
    readers: 1,
    async play(stage) {
      const service = licensing(stage);
      const paused = tasksOf(stage);
      await steer(stage, paused, "paused");
      await track(stage, "lag", {
        TargetValue: LAG_PER_TASK,
        CustomizedMetricSpecification: {
          Metrics: [
            metric("lag", "AWS/Kafka", "SumOffsetLag"),
            metric("tasks", "ECS/ContainerInsights", "RunningTaskCount"),
            { Id: "per_task", Expression: "lag / tasks", ReturnData: true },
          ],
        },
      });
      const isOut = await reaches(service, MOST, 120_000);
      await steer(stage, paused, "resumed");
      const isIn = await reaches(service, FEWEST, 240_000);
      return await verdict(stage, { policy: "lag", isOut, isIn, failed: 0 });
    },
  },
];

function metric(Id: string, Namespace: string, MetricName: string): object {
  return {
    Id,
    ReturnData: false,
    MetricStat: { Stat: "Average", Metric: { Namespace, MetricName } },
  };
}

function licensing(stage: Stage): LocalService {
  const service = stage.ecs.cluster.findService("licensing");
  if (!service) throw new Error("Cannot find licensing: it is not up");
  return service.local;
}

async function track(stage: Stage, name: string, configuration: object): Promise<void> {
  const target = { ...RESOURCE, ResourceId: resourceId(stage) };
  await stage.aws.call("scaling", "RegisterScalableTarget", {
    ...target,
    MinCapacity: FEWEST,
    MaxCapacity: MOST,
  });
  await stage.aws.call("scaling", "PutScalingPolicy", {
    ...target,
    PolicyName: name,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      ScaleOutCooldown: COOLDOWN_SECONDS,
      ScaleInCooldown: COOLDOWN_SECONDS,
      ...configuration,
    },
  });
}

function resourceId({ ecs }: Stage): string {
  return `service/${ecs.cluster.name}/licensing`;
}

/** Whether the service has so many tasks, all healthy, in time. */
async function reaches(service: LocalService, count: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const { desiredCount, tasks } = service.state;
    const healthy = tasks.filter(({ phase, target }) =>
      phase === "running" && target === "healthy"
    );
    if (desiredCount === count && healthy.length === count) return true;
    await sleep(200);
  }
  return false;
}

/** Ends the scaling, and says what was not as it should be. The history must explain each step. */
async function verdict(
  stage: Stage,
  { policy, isOut, isIn, failed }: {
    readonly policy: string;
    readonly isOut: boolean;
    readonly isIn: boolean;
    readonly failed: number;
  },
): Promise<string | undefined> {
  const { ScalingActivities: activities } = await stage.aws.call(
    "scaling",
    "DescribeScalingActivities",
    { ServiceNamespace: "ecs", ResourceId: resourceId(stage) },
  );
  await stage.aws.call("scaling", "DeregisterScalableTarget", {
    ...RESOURCE,
    ResourceId: resourceId(stage),
  });
  const causes: string[] = activities.map(({ Cause }: { Cause: string }) => Cause);
  if (!isOut) return `it never had ${MOST} tasks: ${causes.join("; ")}`;
  if (!isIn) return `it did not go back to ${FEWEST} tasks: ${causes.join("; ")}`;
  if (failed > 0) return `${failed} requests of the heavy load failed`;
  if (causes.length < 2 || !causes.every((cause) => cause.includes(`policy ${policy}`))) {
    return `the history does not explain it: ${causes.join("; ")}`;
  }
  return undefined;
}

/** The ports of its tasks. */
function tasksOf({ ecs }: Stage): number[] {
  const service = ecs.cluster.findService("licensing");
  const port = service?.loadBalancers[0]?.containerPort ?? 0;
  return ecs.cluster.tasks.all
    .filter(({ group, lastStatus }) => group === "service:licensing" && lastStatus === "RUNNING")
    .map(({ local }) => local.hostPort(port));
}

async function steer(
  { ecs }: Stage,
  ports: readonly number[],
  state: "paused" | "resumed",
): Promise<void> {
  const token = await ecs.platform.issuer.sign({ sub: "rehearsal", scope: "operations:write" });
  for (const port of ports) {
    const response = await fetch(`http://127.0.0.1:${port}/bindings/${SINK}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ state }),
    }).catch(() => undefined); // A task that was scaled away meanwhile.
    if (response && !response.ok) {
      throw new Error(`Cannot set "${SINK}" ${state}: ${response.status}`);
    }
    await response?.body?.cancel();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
