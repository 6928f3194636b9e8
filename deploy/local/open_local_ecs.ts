/**
 * The local ECS, whole: platform, images, cluster and endpoint.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAlarmBook } from "./alarms/alarm_book.ts";
import { alarmOperations } from "./api/alarm_operations.ts";
import { ecsOperations } from "./api/ecs_operations.ts";
import { jsonProtocol } from "./api/protocol.ts";
import { scalingOperations } from "./api/scaling_operations.ts";
import { createLocalCluster, type LocalCluster } from "./cluster/local_cluster.ts";
import { targetGroupArn } from "./ecs/arns.ts";
import { openRuntime } from "./runtime/open_runtime.ts";
import type { Runtime, RuntimeName } from "./runtime/runtime.ts";
import { groupLag } from "./scaling/group_lag.ts";
import { startScaler } from "./scaling/scaler.ts";
import { LOCAL_SERVICES, type LocalPlatform, openLocalPlatform } from "./local_platform.ts";

/** What to open, and how strict to be. */
export interface LocalEcsOptions {
  readonly broker: "kafka" | "redis";
  /** What runs the containers. */
  readonly runtime: RuntimeName;
  /** How many times faster than on ECS its timers go; stop timeouts and drains stay as they are. */
  readonly pace: number;
  /** The same for scaling, whose minutes are long. */
  readonly scalingPace: number;
  /** Of the endpoint; 0 takes a free one. */
  readonly port: number;
  /** For images, logs and the balancer's files. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** A local ECS that serves. Disposing stops its tasks, then what stands around them. */
export interface LocalEcs extends AsyncDisposable {
  readonly endpoint: string;
  readonly cluster: LocalCluster;
  readonly images: Runtime;
  readonly platform: LocalPlatform;
  /** `checked: false` sends requests to tasks that nobody has checked: a control that must fail. */
  readonly gate: { checked: boolean };
  /** The root of the checkout that images are built from. */
  readonly root: string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A target group's own times on AWS, before they are divided by the pace. */
const [CHECK_INTERVAL_MS, DEREGISTRATION_DELAY_MS] = [5_000, 60_000];
/** AWS says nothing about it; a second is what one plans for. It is not divided. */
const PROPAGATION_MS = 1_000;

/** Opens all of it. Nothing runs in the cluster yet. */
export async function openLocalEcs(options: LocalEcsOptions): Promise<LocalEcs> {
  const { broker, pace, folder, say } = options;
  const gate = { checked: true };
  await using opened = new AsyncDisposableStack();
  const logFolder = join(folder, "logs");
  await Deno.mkdir(logFolder, { recursive: true });
  let handler: Deno.ServeHandler = () => new Response(null, { status: 503 });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port, onListen() {} },
    (request, info) => handler(request, info),
  );
  opened.defer(() => server.shutdown());
  const endpointPort = server.addr.port;
  const platform = opened.use(
    await openLocalPlatform({
      broker,
      folder,
      endpointPort,
      checkIntervalMs: Math.round(CHECK_INTERVAL_MS / pace),
      say,
    }),
  );
  const images = await openRuntime(options.runtime, { folder });
  const cluster = opened.use(createLocalCluster({
    name: platform.environment.cluster,
    pull: images.pull,
    secretOf: platform.secretOf,
    env: platform.taskEnv,
    logFolder,
    pace,
    balancer: platform.balancer,
    targetGroups: LOCAL_SERVICES.flatMap((name) =>
      ([0, 1] as const).map((group) => targetGroupArn(name, group))
    ),
    targets: {
      gate,
      propagationMs: PROPAGATION_MS,
      deregistrationDelayMs: DEREGISTRATION_DELAY_MS / pace,
    },
  }));
  const token = () => platform.issuer.sign({ sub: "ecs:local", scope: "operations:read" });
  const scaler = opened.use(startScaler({
    cluster,
    lag: (service) => groupLag(service, { tasks: cluster.tasks, token }),
    pace: options.scalingPace,
  }));
  handler = jsonProtocol({
    ...ecsOperations(cluster),
    ...scalingOperations(cluster, scaler),
    ...alarmOperations(createAlarmBook(cluster)),
  });
  const all = opened.move();
  return {
    endpoint: `http://127.0.0.1:${endpointPort}`,
    cluster,
    images,
    platform,
    gate,
    root: ROOT,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
