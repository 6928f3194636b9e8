import { ok } from "node:assert/strict";
import fc from "fast-check";
import {
  agreesWithModel,
  type ModelledCache,
  wantedAnswers,
} from "../support/organization_cache_model_runs.ts";
import {
  openClusterScene,
  openMemoryScene,
  openRedisScene,
} from "../support/organization_cache_scenes.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { openRedisCluster } from "../support/redis_cluster.ts";
import { say } from "../support/say.ts";
import { watermarksAgreeWithModel } from "../support/watermark_model_runs.ts";

const isLong = Deno.env.has("TEST_LONG");

Deno.test("organization cache in the process: it agrees with the model, whatever is done", async () => {
  await assertAgrees(openMemoryScene(), { runs: isLong ? 50_000 : 1000, renewsOneIn: 1000 });
});

Deno.test("organization cache in the process: its watermarks agree with the model", async () => {
  await fc.assert(watermarksAgreeWithModel(openMemoryScene()), {
    numRuns: isLong ? 20_000 : 500,
  });
});

Deno.test("organization cache in Redis: it agrees with the model, whatever is done", async () => {
  await using redis = await openOwnBroker("redis");
  await using scene = await openRedisScene(redis);

  await assertAgrees(scene, { runs: isLong ? 3000 : 150, renewsOneIn: 40 });
});

Deno.test("organization cache in Redis: its watermarks agree with the model", async () => {
  await using redis = await openOwnBroker("redis");
  await using scene = await openRedisScene(redis);

  await fc.assert(watermarksAgreeWithModel(scene), { numRuns: isLong ? 1000 : 60 });
});

// A new epoch is a failover here, and takes its time.
Deno.test("organization cache in a Redis cluster: it agrees with the model, whatever is done", async () => {
  await using cluster = await openRedisCluster();
  await using scene = await openClusterScene(cluster);

  await assertAgrees(scene, { runs: isLong ? 1000 : 60, renewsOneIn: 150 });
});

async function assertAgrees(
  scene: ModelledCache,
  { runs, renewsOneIn }: { readonly runs: number; readonly renewsOneIn: number },
): Promise<void> {
  const answers = new Map<string, number>();
  const observe = (answer: string) => void answers.set(answer, (answers.get(answer) ?? 0) + 1);

  await fc.assert(agreesWithModel(scene, { maxSteps: 60, renewsOneIn, observe }), {
    numRuns: runs,
  });

  const total = [...answers.values()].reduce((sum, count) => sum + count, 0);
  say(`model: ${runs} runs, ${total} answers ${JSON.stringify(Object.fromEntries(answers))}`);
  for (const wanted of wantedAnswers) ok((answers.get(wanted) ?? 0) > total / 200, wanted);
  for (const rare of ["flush", ...(scene.renew ? ["renew"] : [])]) ok(answers.has(rare), rare);
}
