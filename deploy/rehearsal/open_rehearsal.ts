/**
 * Opens what a rehearsal is played on: a local ECS with both services up, users, and the scripts.
 *
 * @module
 */

import { join } from "node:path";
import { LOCAL_SERVICES } from "../local/local_platform.ts";
import type { RuntimeName } from "../local/runtime/runtime.ts";
import { openLocalEcs } from "../local/open_local_ecs.ts";
import { createDeployScript, createStage, type Stage } from "./stage.ts";
import { openTraffic } from "./traffic.ts";

/** Where and how. */
export interface RehearsalOptions {
  readonly broker: "kafka" | "redis";
  readonly runtime: RuntimeName;
  readonly pace: number;
  readonly scalingPace: number;
  /** For its files; it exists. */
  readonly folder: string;
  /** Takes what the platform says. */
  readonly say: (line: string) => void;
  /** Takes what the deploy scripts say. */
  readonly sayScripts: (line: string) => void;
}

/** The stage. Disposing ends everything. */
export interface Rehearsal extends AsyncDisposable {
  readonly stage: Stage;
}

/** Opens it and brings both services up, by the script that does so on AWS. */
export async function openRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { folder, sayScripts } = options;
  await using opened = new AsyncDisposableStack();
  const ecs = opened.use(await openLocalEcs({ ...options, port: 0 }));
  const environmentFile = join(folder, "environment.json");
  await Deno.writeTextFile(environmentFile, JSON.stringify(ecs.platform.environment));
  const deploy = createDeployScript({ environmentFile, say: sayScripts });
  const images = await Promise.all(
    LOCAL_SERVICES.map(async (service) =>
      `--image=${service}=${await ecs.images.build(service, { root: ecs.root })}`
    ),
  );
  const { code, result } = await deploy("up", ...images);
  if (code !== 0) throw new Error(`Cannot start the services: ${Deno.inspect(result)}`);
  const traffic = opened.use(await openTraffic(ecs.platform));
  const all = opened.move();
  return {
    stage: createStage({ ecs, traffic, deploy }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
