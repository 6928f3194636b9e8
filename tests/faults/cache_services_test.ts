import { deepStrictEqual, ok } from "node:assert/strict";
import { redisUrl } from "../support/brokers.ts";
import { sitOut } from "../support/cache_outage.ts";
import { openCacheScene, openSystemScene } from "../support/cache_scene.ts";
import { isRevalidated, type SeenRead } from "../support/cache_traffic.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { wantedServices } from "../support/wanted_services.ts";

const OUTAGE_MS = Deno.env.has("TEST_LONG") ? 300_000 : 6000;
const ORGANIZATIONS = 40;
/** What is promised. */
const SHOWN_SHARE = 0.99;
const PROOF_MS = 2000;

for (const broker of ["kafka", "redis"] as const) {
  if (!wantedServices().includes(broker)) continue;

  Deno.test(`cache, ${broker}: while the broker is down, readers see what is current, asked for at the origin`, async () => {
    await using own = await openOwnBroker(broker);
    await using scene = await openSystemScene({
      broker,
      organizations: ORGANIZATIONS,
      env: {
        CACHE_REDIS_URL: await redisUrl(),
        ...(broker === "kafka" ? { KAFKA_BROKERS: own.address } : { REDIS_URL: own.address }),
      },
    });

    const { reads, seen } = await sitOut(scene, {
      what: `${broker} was down`,
      lastsMs: OUTAGE_MS,
      begin: () => own.kill(),
      heal: () => own.start(),
    });

    ok(seen.currentShare >= SHOWN_SHARE);
    ok(reads.some(isRevalidated), "hits were believed without proof");
  });
}

Deno.test("cache: while organization is out of reach, what is cached is shown, stale once it changed", async () => {
  await using scene = await openCacheScene({
    redisUrl: await redisUrl(),
    organizations: ORGANIZATIONS,
  });

  const { reads } = await sitOut(scene, {
    what: "organization was out of reach",
    lastsMs: OUTAGE_MS,
    begin: () => scene.test.network.cut(),
    heal: () => scene.test.network.heal(),
  });

  assertShown(reads);
});

if (wantedServices().includes("redis")) {
  Deno.test("cache: while organization is dead, what is cached is shown, stale once nobody can prove it", async () => {
    await using scene = await openSystemScene({ broker: "redis", organizations: ORGANIZATIONS });

    const { reads } = await sitOut(scene, {
      what: "organization was dead",
      lastsMs: OUTAGE_MS,
      writesEveryMs: undefined,
      begin: () => scene.system.organization.process.kill9(),
      heal: async () => void await scene.system.startOrganization(),
    });

    assertShown(reads);
    const late = readsAfterProof(reads).map(({ organizationStatus }) => organizationStatus);
    deepStrictEqual([...new Set(late)], ["stale"]);
  });
}

/** Whatever its status, nearly every organization was shown. That a current one is, is held throughout. */
function assertShown(reads: readonly SeenRead[]): void {
  const shown = reads.filter(({ version }) => version > 0);
  ok(shown.length >= SHOWN_SHARE * reads.length, `${shown.length} of ${reads.length}`);
}

/** Those that began when the last proof from before the outage had ended. */
function readsAfterProof(reads: readonly SeenRead[]): readonly SeenRead[] {
  const [first] = reads;
  return reads.filter(({ at }) => at > (first?.at ?? 0) + PROOF_MS + 500);
}
