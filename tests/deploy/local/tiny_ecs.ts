/**
 * A local ECS with services of a few lines, and the deploy scripts before it. The files are those of
 * production; there is no broker and no database.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAlarmBook } from "../../../deploy/local/alarms/alarm_book.ts";
import { alarmOperations } from "../../../deploy/local/api/alarm_operations.ts";
import { ecsOperations } from "../../../deploy/local/api/ecs_operations.ts";
import { jsonProtocol, type Operations } from "../../../deploy/local/api/protocol.ts";
import { scalingOperations } from "../../../deploy/local/api/scaling_operations.ts";
import { openBalancer } from "../../../deploy/local/balancer/balancer.ts";
import {
  createLocalCluster,
  type LocalCluster,
} from "../../../deploy/local/cluster/local_cluster.ts";
import { processImage } from "../../../deploy/local/runtime/process/process_image.ts";
import { startScaler } from "../../../deploy/local/scaling/scaler.ts";
import { createDeployScript, type DeployScript } from "../../../deploy/rehearsal/stage.ts";
import { type Environment, readEnvironment } from "../../../deploy/scripts/environment.ts";
import { freePort } from "../../../dev/services/free_port.ts";
import { say } from "../../support/say.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SERVICES = ["organization", "licensing"] as const;
const PACE = 20;
const CHECK_INTERVAL_MS = 200;

/** A service, and its migration, which fails in the version that is called so. */
const PROGRAM = `
if (Deno.args[0] === "migrate") Deno.exit(Deno.env.get("VERSION") === "e" ? 3 : 0);
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
Deno.serve(
  { hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")), onListen() {} },
  () => new Response("ok"),
);`;

/** The ECS and what drives it. Disposing ends it. */
export interface TinyEcs extends AsyncDisposable {
  readonly cluster: LocalCluster;
  /** By which schedules go: a Monday morning, until somebody sets it. In ms since 1970. */
  readonly clock: { now: number };
  readonly endpoint: string;
  readonly environment: Environment;
  /** Operations that were called and change something, in order. */
  readonly changes: string[];
  /** Runs a deploy script. */
  readonly deploy: DeployScript;
  /** What scripts said. */
  readonly lines: string[];
}

/** An image of a service: a version is one of `0` to `e`; `f` nobody pushed. */
export function tinyImage(service: typeof SERVICES[number], version: string): string {
  return `tiny/${service}@sha256:${version.repeat(64)}`;
}

/** Opens it, without services. */
export async function openTinyEcs(): Promise<TinyEcs> {
  await using opened = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "cauce_tiny_ecs_" });
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.writeTextFile(join(folder, "service.ts"), PROGRAM);
  await Deno.copyFile(
    join(ROOT, "deploy/docker/health_check.ts"),
    join(folder, "health_check.ts"),
  );
  const balancer = opened.use(
    await openBalancer({
      services: SERVICES.map((name) => ({ name, port: freePort(), healthPath: "/health/ready" })),
      folder,
      checkIntervalMs: CHECK_INTERVAL_MS,
      say,
    }),
  );
  const examples = join(ROOT, "deploy/environments");
  const { values, services, region, cluster: name } = await readEnvironment(
    join(examples, "example.json"),
  );
  const cluster = opened.use(createLocalCluster({
    name,
    pull: (reference) => Promise.resolve(pull(folder, reference)),
    secretOf: (valueFrom) => valueFrom,
    env: {},
    logFolder: folder,
    pace: PACE,
    balancer,
    targetGroups: SERVICES.flatMap((service) => [
      services[service]?.["TARGET_GROUP_ARN"] ?? "",
      services[service]?.["ALTERNATE_TARGET_GROUP_ARN"] ?? "",
    ]),
    targets: { gate: { checked: true }, propagationMs: 0, deregistrationDelayMs: 0 },
  }));
  const clock = { now: Date.parse("2026-11-30T05:00:00Z") };
  const scaler = opened.use(
    startScaler({
      cluster,
      lag: () => Promise.resolve(undefined),
      pace: PACE,
      wallClock: () => clock.now,
    }),
  );
  const changes: string[] = [];
  const operations = {
    ...ecsOperations(cluster),
    ...scalingOperations(cluster, scaler),
    ...alarmOperations(createAlarmBook(cluster)),
  };
  const handler = jsonProtocol(noted(operations, changes));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  opened.defer(() => server.shutdown());
  const endpoint = `http://127.0.0.1:${server.addr.port}`;
  const environment: Environment = {
    endpoint,
    region,
    cluster: name,
    broker: "kafka",
    values,
    services,
  };
  const environmentFile = join(folder, "environment.json");
  await Deno.writeTextFile(environmentFile, JSON.stringify(environment));
  const lines: string[] = [];
  const all = opened.move();
  return {
    cluster,
    clock,
    endpoint,
    environment,
    changes,
    lines,
    deploy: createDeployScript({ environmentFile, say: (line) => lines.push(line) }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function pull(folder: string, reference: string) {
  const version = /@sha256:(.)\1{63}$/.exec(reference)?.[1];
  if (version === undefined || version === "f") return undefined;
  return processImage({
    folder,
    env: { VERSION: version },
    entrypoint: ["/bin/deno", "run", "--quiet", "--allow-all", "/app/service.ts"],
  });
}

function noted(operations: Operations, changes: string[]): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, (input: unknown) => {
      const short = name.split(".").at(-1) ?? name;
      if (!/^(Describe|List)/.test(short)) changes.push(short);
      return operation(input);
    }]),
  );
}
