/**
 * The scenes of a rehearsal: what is done under load, and what must come of it.
 *
 * @module
 */

import type { Scene } from "./scene.ts";
import { SCALING_SCENES } from "./scaling_scenes.ts";
import type { Stage } from "./stage.ts";

const DONE = 0;
const ROLLED_BACK = 2;
const [POLL_MS, BEGINS_WITHIN_MS] = [100, 30_000];

/** All scenes, in order: each begins with what the one before left. */
export const SCENES: readonly Scene[] = [
  releaseScene("release licensing, rolling", "licensing"),
  releaseScene("release organization, rolling", "organization"),
  releaseScene("release licensing, blue-green", "licensing", "blue-green"),
  releaseScene("release licensing, canary", "licensing", "canary"),
  releaseScene("release licensing, rolling again", "licensing", "rolling"),
  brokenScene("an image that crashes", "crashes", "Essential container in task exited"),
  brokenScene("an image that is never ready", "never ready", "Task failed ELB health checks"),
  brokenScene("an image that is missing", "missing", "CannotPullContainerError"),
  {
    name: "an alarm that goes off",
    async play(stage) {
      const before = await revision(stage);
      const image = await stage.image("licensing", "good");
      const released = stage.deploy("release", "licensing", "--image", image);
      await until(() => isOnItsWay(stage));
      const alarm = { AlarmName: "cauce-licensing-errors", StateReason: "a rehearsal" };
      await stage.aws.call("cloudwatch", "SetAlarmState", { ...alarm, StateValue: "ALARM" });
      const { code, result } = await released;
      await stage.aws.call("cloudwatch", "SetAlarmState", { ...alarm, StateValue: "OK" });
      if (code !== ROLLED_BACK) return `exit code ${code}, not ${ROLLED_BACK}`;
      if (await revision(stage) !== before) return `${await revision(stage)} runs, not ${before}`;
      return result.reason.includes("went off") ? undefined : `it did not tell of the alarm`;
    },
  },
  {
    name: "roll back by hand",
    async play(stage) {
      const before = await revision(stage);
      const { code } = await stage.deploy("rollback", "licensing");
      if (code !== DONE) return `exit code ${code}`;
      return await revision(stage) === before ? `${before} still runs` : undefined;
    },
  },
  {
    name: "a second up changes nothing",
    async play(stage) {
      const image = await currentImage(stage);
      const before = await revision(stage);
      const { code } = await stage.deploy("up", "--image", `licensing=${image}`);
      if (code !== DONE) return `exit code ${code}`;
      return await revision(stage) === before ? undefined : "it made another revision";
    },
  },
  ...SCALING_SCENES,
  {
    name: "control: no handling of SIGTERM",
    isControl: true,
    prepare: (stage) => releaseQuietly(stage, "deaf to SIGTERM"),
    play: (stage) => releaseUnderLoad(stage, { service: "licensing" }),
  },
  {
    name: "control: no readiness gate",
    isControl: true,
    prepare(stage) {
      stage.ecs.gate.checked = false;
      return Promise.resolve();
    },
    play: (stage) => releaseUnderLoad(stage, { service: "licensing" }),
    async after(stage) {
      stage.ecs.gate.checked = true;
      await releaseQuietly(stage, "good");
    },
  },
];

function releaseScene(
  name: string,
  service: "organization" | "licensing",
  strategy?: string,
): Scene {
  return { name, play: (stage) => releaseUnderLoad(stage, { service, strategy }) };
}

async function releaseUnderLoad(
  stage: Stage,
  { service, strategy }: {
    readonly service: "organization" | "licensing";
    readonly strategy?: string | undefined;
  },
): Promise<string | undefined> {
  const image = await stage.image(service, "good");
  const how = strategy ? ["--strategy", strategy, "--bake-minutes", "1"] : [];
  const { code, result } = await stage.deploy("release", service, "--image", image, ...how);
  return code === DONE ? undefined : `exit code ${code}: ${result?.status} ${result?.reason}`;
}

async function releaseQuietly(stage: Stage, kind: "good" | "deaf to SIGTERM"): Promise<void> {
  const image = await stage.image("licensing", kind);
  const { code } = await stage.deploy("release", "licensing", "--image", image);
  if (code !== DONE) throw new Error(`Cannot prepare the scene: exit code ${code}`);
}

/** The release must fail, end where it began, and say why. */
function brokenScene(
  name: string,
  kind: "crashes" | "never ready" | "missing",
  reason: string,
): Scene {
  return {
    name,
    async play(stage) {
      const before = await revision(stage);
      const image = await stage.image("licensing", kind);
      const { code, result } = await stage.deploy("release", "licensing", "--image", image);
      if (code !== ROLLED_BACK) return `exit code ${code}, not ${ROLLED_BACK}`;
      if (await revision(stage) !== before) return `${await revision(stage)} runs, not ${before}`;
      const told: readonly string[] = result.stoppedTasks;
      return told.some((line) => line.includes(reason)) ? undefined : `it did not say "${reason}"`;
    },
  };
}

async function revision(stage: Stage): Promise<string> {
  const { result } = await stage.deploy("status", "licensing");
  return result[0].taskDefinition;
}

function isOnItsWay({ ecs }: Stage): boolean {
  const { deployments = [] } = ecs.cluster.findService("licensing")?.local.state ?? {};
  return deployments[0]?.rollout === "IN_PROGRESS";
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + BEGINS_WITHIN_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("Cannot see the release begin");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function currentImage(stage: Stage): Promise<string> {
  const { definitions } = stage.ecs.cluster;
  const container = definitions.get(await revision(stage)).containerDefinitions
    .find(({ name }) => name === "licensing");
  return container?.image ?? "";
}
