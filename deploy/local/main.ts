// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task ecs:local`: an ECS on this machine, with both services in it, to rehearse releases.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { readOptions, refuse } from "../../dev/command_line.ts";
import { createAws } from "../scripts/aws_client.ts";
import { LOCAL_ENVIRONMENT } from "../scripts/environment.ts";
import { bringUp } from "../scripts/up.ts";
import { LOCAL_SERVICES } from "./local_platform.ts";
import { openLocalEcs } from "./open_local_ecs.ts";
import { readRuntime } from "./runtime/runtime_option.ts";
import { showStatus } from "./show_status.ts";

const USAGE = `Starts an ECS on this machine: its API, its scheduler, a load balancer, what the
services need, and both services, two tasks each, from deploy/ecs-task-defs.

deno task ecs:local [options]
  --broker B     kafka (as in production; default) or redis
  --runtime R    process (default) or docker: what runs the containers
  --pace N       how many times faster than on ECS its timers go; default 5
  --scaling N    the same for automatic scaling; default 20
  --port N       of its endpoint; default 4580
  --empty        start no service
  -h, --help     this text

In another terminal: deno task deploy:release licensing --image …, deno task deploy:status,
or the AWS CLI with AWS_ENDPOINT_URL. deno task ecs:image builds images to release.`;

async function main(): Promise<number> {
  const values = readOptions({
    broker: { type: "string", default: "kafka" },
    runtime: { type: "string", default: "process" },
    pace: { type: "string", default: "5" },
    scaling: { type: "string", default: "20" },
    port: { type: "string", default: "4580" },
    empty: { type: "boolean", default: false },
  }, USAGE);
  const { broker } = values;
  if (broker !== "kafka" && broker !== "redis") {
    return refuse(`--broker is kafka or redis, not "${broker}"`, USAGE);
  }
  const runtime = await readRuntime(values.runtime, USAGE);
  const stop = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, stop.resolve);
  }
  const say = (line: string) => console.error(`ecs: ${line}`);
  const folder = resolve(dirname(LOCAL_ENVIRONMENT));
  await Deno.mkdir(folder, { recursive: true });
  await using ecs = await openLocalEcs({
    broker,
    runtime,
    pace: Math.max(1, Number(values.pace) || 1),
    scalingPace: Math.max(1, Number(values.scaling) || 1),
    port: Number(values.port),
    folder,
    say,
  });
  const { environment, urls } = ecs.platform;
  await Deno.writeTextFile(LOCAL_ENVIRONMENT, JSON.stringify(environment, null, 2));
  console.error(`AWS_ENDPOINT_URL=${ecs.endpoint} AWS_DEFAULT_REGION=${environment.region}`);
  const aws = createAws(environment);
  if (!values.empty) {
    for (const service of LOCAL_SERVICES) {
      const image = await ecs.images.build(service, { root: ecs.root });
      say(`${service} from ${image}, before it ${urls[service]}`);
      const { cluster } = environment;
      const follow = { timeoutMs: 120_000, pollMs: 250, bakeMinutes: 0, canaryPercent: 10, say };
      const outcome = await bringUp({ aws, environment, cluster, service, image, ...follow });
      if (outcome.code !== 0) return outcome.code;
    }
  }
  using _status = showStatus(ecs.cluster);
  await stop.promise;
  return 0;
}

Deno.exit(await main());
