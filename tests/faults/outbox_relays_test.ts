import { deepStrictEqual, ok } from "node:assert/strict";
import { organizationChanges } from "@cauce/contracts";
import { openRelayWatch, type RelayWatch } from "../support/kills/relay_watch.ts";
import { underLoad } from "../support/kills/under_load.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";
import { wantedServices } from "../support/wanted_services.ts";

const PARTITIONS = organizationChanges.partitionCount;
const LEASE_MS = 3500;
/** Another relay asks every 250 ms, of a machine that is busy with more than that. */
const SLACK_MS = 2000;
const TAKE_OVERS = 3;

for (const broker of ["redis", "kafka"] as const) {
  if (!wantedServices().includes(broker)) continue;

  Deno.test(`${broker}: of three relays one publishes, and the others take over within the lease when it is killed`, async () => {
    const { problems, figures, result: tookMs } = await underLoad({
      broker,
      database: "PostgreSQL",
      count: { organization: 3, licensing: 1, effects: 1 },
      patienceMs: 15_000,
    }, async ({ world }) => {
      await using watch = await openRelayWatch(world.databaseUrls.organization);
      const relays = world.mortals.filter(({ kind }) => kind === "organization");
      const took: number[] = [];
      for (let turn = 0; took.length < TAKE_OVERS; turn += 1) {
        const holder = await soleHolder(watch);
        const victim = relays[turn % relays.length];
        await victim?.kill();
        const killedAt = performance.now();
        victim?.restart();
        if (await isReplaced(watch, holder)) took.push(Math.round(performance.now() - killedAt));
      }
      return took;
    });

    say(`${broker}: taken over after ${tookMs.join(", ")} ms; ${JSON.stringify(figures)}`);
    deepStrictEqual(problems.slice(0, 20), []);
    ok(Math.max(...tookMs) < LEASE_MS + SLACK_MS, `taken over after ${tookMs} ms`);
  });
}

/** Waits until every partition has one and the same holder. */
async function soleHolder(watch: RelayWatch): Promise<string> {
  return await until(async () => {
    const { owners, held } = await watch.look();
    const [[owner] = [""]] = owners;
    return held === PARTITIONS && owners.size === 1 ? owner : undefined;
  }, "one relay with every partition");
}

/** Whether the holder was the one that died: it renews no more, and every partition goes to another. */
async function isReplaced(watch: RelayWatch, holder: string): Promise<boolean> {
  const renewedAt = await lastRenewal(watch);
  return await until(async () => {
    const { owners, held } = await watch.look();
    if (held === PARTITIONS && !owners.has(holder)) return { isReplaced: true };
    const isAlive = owners.has(holder) && await lastRenewal(watch) > renewedAt;
    return isAlive ? { isReplaced: false } : undefined;
  }, "the holder's renewal, or others in its place").then(({ isReplaced }) => isReplaced);
}

async function lastRenewal({ database }: RelayWatch): Promise<number> {
  const [row] = await database.query<{ until: number }>(
    "SELECT MAX(held_until) AS until FROM outbox_lease",
  );
  return row?.until ?? 0;
}
