// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task ecs:rehearse`: releases both services under load, well and badly, and says whether
 * every promise was kept.
 *
 * @module
 */

import { resolve } from "node:path";
import { readOptions, refuse } from "../../dev/command_line.ts";
import { readRuntime } from "../local/runtime/runtime_option.ts";
import { openRehearsal } from "./open_rehearsal.ts";
import { playScene, type SceneReport } from "./play_scene.ts";
import { SCENES } from "./scenes.ts";

const USAGE = `Rehearses releases on an ECS on this machine, under load from a client that opens one
connection a request and tries nothing twice.

deno task ecs:rehearse [options]
  --broker B     kafka (as in production; default) or redis
  --runtime R    process (default) or docker: what runs the containers
  --pace N       how many times faster than on ECS its timers go; default 5
  --scaling N    the same for automatic scaling; default 20
  --requests N   at least so many in each scene; default 5000
  --readers N    so many read at once; default 6
  --scene TEXT   only scenes whose name contains the text
  --verbose      show what the deploy scripts say
  -h, --help     this text

Exits with 1 where a promise was broken: a request failed, an event was lost, a bad version was
not rolled back, or a control, which must fail, did not.`;

async function main(): Promise<number> {
  const values = readOptions({
    broker: { type: "string", default: "kafka" },
    runtime: { type: "string", default: "process" },
    pace: { type: "string", default: "5" },
    scaling: { type: "string", default: "20" },
    requests: { type: "string", default: "5000" },
    readers: { type: "string", default: "6" },
    scene: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
  }, USAGE);
  const { broker } = values;
  if (broker !== "kafka" && broker !== "redis") {
    return refuse(`--broker is kafka or redis, not "${broker}"`, USAGE);
  }
  const runtime = await readRuntime(values.runtime, USAGE);
  const folder = resolve(".data/ecs-rehearsal");
  await Deno.mkdir(folder, { recursive: true });
  await using rehearsal = await openRehearsal({
    broker,
    runtime,
    pace: Math.max(1, Number(values.pace) || 1),
    scalingPace: Math.max(1, Number(values.scaling) || 1),
    folder,
    say: console.error,
    sayScripts: (line) => void (values.verbose && console.error(line)),
  });
  const reports: SceneReport[] = [];
  for (const scene of SCENES.filter(({ name }) => name.includes(values.scene))) {
    const report = await playScene(scene, rehearsal.stage, {
      readers: Number(values.readers),
      minRequests: Number(values.requests),
    });
    reports.push(report);
    console.log(lineOf(report));
  }
  const broken = reports.filter(({ broken }) => broken.length > 0);
  console.log(
    broken.length === 0
      ? `\n${reports.length} scenes, every promise kept`
      : `\n${broken.length} of ${reports.length} scenes broke a promise`,
  );
  return broken.length === 0 ? 0 : 1;
}

function lineOf({ name, load, events, broken, seconds }: SceneReport): string {
  const reasons = Object.entries(load.reasons).map(([reason, count]) => `${count} × ${reason}`);
  return [
    `${broken.length === 0 ? "kept  " : "BROKEN"}  ${name.padEnd(36)}`,
    `${load.failed}/${load.total} failed`.padEnd(18),
    `${events.lost}/${events.acknowledged} events lost`.padEnd(24),
    `${seconds} s`,
    ...(reasons.length > 0 ? [`\n        ${reasons.join(", ")}`] : []),
    ...broken.map((line) => `\n        ${line}`),
  ].join("  ");
}

Deno.exit(await main());
