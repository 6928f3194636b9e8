/**
 * Plays a scene under load and judges it.
 *
 * @module
 */

import type { LoadReport } from "./load.ts";
import type { Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";
import type { EventReport } from "./traffic.ts";

/** What came of a scene. */
export interface SceneReport {
  readonly name: string;
  readonly load: LoadReport;
  readonly events: EventReport;
  /** Empty when every promise was kept. */
  readonly broken: readonly string[];
  readonly seconds: number;
}

/** How much load. */
export interface PlayOptions {
  readonly readers: number;
  /** The scene goes on until there were so many. */
  readonly minRequests: number;
}

const EVENTS_WITHIN_MS = 30_000;
/** The stop timeout of the task definitions, and some more. */
const ENDS_WITHIN_MS = 70_000;
const HEARD_WITHIN_MS = 2_000;

/** Plays it. What the scene itself throws is a promise that was broken. */
export async function playScene(
  scene: Scene,
  stage: Stage,
  { readers, minRequests }: PlayOptions,
): Promise<SceneReport> {
  const begun = performance.now();
  const broken: string[] = [];
  await scene.prepare?.(stage);
  const load = stage.traffic.start({ readers: scene.readers ?? readers });
  try {
    const problem = await scene.play(stage);
    if (problem) broken.push(problem);
  } catch (error) {
    broken.push(error instanceof Error ? error.message : String(error));
  }
  await ended(stage);
  while (load.total < minRequests) await new Promise((resolve) => setTimeout(resolve, 50));
  const report = await load.stop();
  await scene.after?.(stage);
  const events = await stage.traffic.events(EVENTS_WITHIN_MS);
  if (scene.isControl && report.failed === 0) broken.push("nothing failed: the load is blind");
  if (!scene.isControl && report.failed > 0) broken.push("requests failed");
  if (events.lost > 0) broken.push(`${events.lost} events were lost`);
  const shows = await stage.traffic.showsLatest(EVENTS_WITHIN_MS).catch(String);
  if (shows !== true) broken.push(shows || "licensing shows old names");
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  return { name: scene.name, load: report, events, broken, seconds };
}

/**
 * A release is over for ECS when the last old task is told to stop. What may fail then is still to
 * come: its end, and the requests that the balancer sends it meanwhile.
 */
async function ended({ ecs }: Stage): Promise<void> {
  const deadline = Date.now() + ENDS_WITHIN_MS;
  while (ecs.cluster.tasks.all.some(({ lastStatus }) => lastStatus === "DEACTIVATING")) {
    if (Date.now() > deadline) throw new Error("Cannot end the scene: tasks do not stop");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // A fixed wait: nothing tells when the balancer has heard of the last of them.
  await new Promise((resolve) => setTimeout(resolve, HEARD_WITHIN_MS));
}
