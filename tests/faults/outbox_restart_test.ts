import { deepStrictEqual, ok } from "node:assert/strict";
import { organizationChanges } from "@cauce/contracts";
import { insertOutboxEvent } from "@cauce/organization/store";
import { request } from "../support/http.ts";
import type { EventLog } from "../support/kills/event_log.ts";
import { openRelayWatch, type RelayWatch } from "../support/kills/relay_watch.ts";
import { type Scene, underLoad } from "../support/kills/under_load.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";

const RESTARTS = 2;
const RESUMED_MS = 10_000;
/** Without a notice a relay would look by itself only after more than a second. */
const WOKEN_MS = 600;
const SAMPLES = 5;

Deno.test("PostgreSQL is restarted under load: nothing acknowledged is lost, and relays are woken again", async () => {
  await using postgres = await openOwnBroker("postgres");

  const { problems, figures, result } = await underLoad({
    broker: "redis",
    database: "PostgreSQL",
    postgres: postgres.address,
    count: { organization: 2, licensing: 1, effects: 1 },
    env: { OUTBOX_HEARTBEAT_MS: "0" },
    patienceMs: 15_000,
  }, async (scene) => {
    const { organizationUrls, databaseUrls } = scene.world;
    const resumedMs: number[] = [];
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await until(() => areAll(organizationUrls, "UP"), "everything up", { timeoutMs: 20_000 });
      await hasPublished(scene, 60);
      await postgres.kill();
      await until(() => areAll(organizationUrls, "DEGRADED"), "the outage in every health");
      await postgres.start();
      const startedAt = performance.now();
      const { acknowledged } = scene.journal;
      await until(() => scene.journal.acknowledged > acknowledged, "an acknowledged write", {
        timeoutMs: 20_000,
      });
      await hasPublished(scene, 1);
      resumedMs.push(Math.round(performance.now() - startedAt));
    }
    await scene.writers.stop();
    await using watch = await openRelayWatch(databaseUrls.organization);
    return { resumedMs, wokenMs: await measureWaking(watch, scene.log) };
  });

  say(JSON.stringify({ ...figures, ...result }));
  deepStrictEqual(problems.slice(0, 20), []);
  ok(Math.max(...result.resumedMs) < RESUMED_MS, `resumed after ${result.resumedMs} ms`);
  const median = result.wokenMs.toSorted((one, other) => one - other)[SAMPLES >> 1] ?? Infinity;
  ok(median < WOKEN_MS, `woken after ${result.wokenMs} ms`);
});

/** Waits until the relays have published so many more. */
async function hasPublished({ log }: Scene, more: number): Promise<void> {
  const enough = log.events.length + more;
  await until(() => log.events.length >= enough, "events at the broker", { timeoutMs: 20_000 });
}

async function areAll(urls: readonly string[], status: string): Promise<boolean> {
  for (const url of urls) {
    const health = await request("GET", `${url}/health`);
    if (health.status !== 200 || health.body.status !== status) return false;
  }
  return true;
}

/** Events of a process that has no relay: only PostgreSQL's notice can wake one at once. */
async function measureWaking({ database }: RelayWatch, log: EventLog): Promise<number[]> {
  const key = crypto.randomUUID();
  const took: number[] = [];
  for (let version = 1; version <= SAMPLES; version += 1) {
    const id = crypto.randomUUID();
    const begun = performance.now();
    await database.transaction((transaction) =>
      insertOutboxEvent(transaction, {
        id,
        channel: organizationChanges.name,
        key,
        payload: { organizationId: key, action: "UPDATED", version, correlationId: "waking" },
        time: Date.now(),
        traceparent: undefined,
      })
    );
    await until(() => log.events.some(({ eventId }) => eventId === id), "the event");
    took.push(Math.round(performance.now() - begun));
  }
  return took;
}
