import { AssertionError, ok } from "node:assert/strict";
import fc from "fast-check";
import { agreesWithModel, type ModelledCache } from "../support/organization_cache_model_runs.ts";
import { openRedisScene, sceneOf } from "../support/organization_cache_scenes.ts";
import { openOwnBroker, type OwnBroker } from "../support/own_broker.ts";
import { until } from "../support/until.ts";
import { watermarksAgreeWithModel } from "../support/watermark_model_runs.ts";
import { alterations, alteredScripts, watermarkAlterations } from "./altered_cache_scripts.ts";
import {
  type CacheFlaw,
  cacheFlaws,
  flawedOrganizationCache,
} from "./organization_cache_mutants.ts";

let shared: Promise<OwnBroker> | undefined;
const sharedRedis = () => shared ??= openOwnBroker("redis");

Deno.test.afterAll(async () => {
  await (await shared)?.[Symbol.asyncDispose]();
});

for (const [title, alteration] of Object.entries(alterations)) {
  Deno.test(`the model refuses an organization cache in Redis whose script ${title}`, async () => {
    const scripts = alteredScripts(alteration);
    await using scene = await openRedisScene(await sharedRedis(), { scripts });

    await assertRefused(agreesWithModel(scene, { maxSteps: 60, renewsOneIn: 40 }));
  });
}

for (const [title, alteration] of Object.entries(watermarkAlterations)) {
  Deno.test(`the model of watermarks refuses a script that ${title}`, async () => {
    const scripts = alteredScripts(alteration);
    await using scene = await openRedisScene(await sharedRedis(), { scripts });

    await assertRefused(watermarksAgreeWithModel(scene));
  });
}

Deno.test("the model accepts the cache that the mutants are made from", async () => {
  await fc.assert(agreesWithModel(flawedScene(), { maxSteps: 40, renewsOneIn: 40 }));
});

for (const flaw of cacheFlaws) {
  Deno.test(`the model refuses an organization cache that ${flaw}`, async () => {
    await assertRefused(agreesWithModel(flawedScene(flaw), { maxSteps: 60, renewsOneIn: 40 }));
  });
}

async function assertRefused<Run>(property: fc.IAsyncProperty<Run>): Promise<void> {
  const found = await fc.check(property, { numRuns: 2000, endOnFailure: true });

  // Any other error would say that the run itself is broken.
  ok(found.errorInstance instanceof AssertionError, String(found.errorInstance));
}

function flawedScene(flaw?: CacheFlaw): ModelledCache {
  return sceneOf(() => flawedOrganizationCache(flaw), {
    clock: () => Promise.resolve(Date.now()),
    async pass(ms) {
      const end = Date.now() + ms;
      await until(() => Date.now() > end, "the time", { everyMs: 1 });
    },
  });
}
