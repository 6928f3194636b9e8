import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { KillWorldOptions } from "../support/kills/kill_world.ts";
import { openRelayWatch } from "../support/kills/relay_watch.ts";
import { underLoad } from "../support/kills/under_load.ts";
import { say } from "../support/say.ts";

const STEPS = 8;
const STEP_EVERY_MS = 700;
const HOUR_MS = 3_600_000;

Deno.test("relays whose clocks step by an hour lose nothing, keep the order and their leases", async () => {
  const { problems, figures, result } = await stepClocks();

  say(JSON.stringify({ ...figures, ...result, owners: result.owners.length }));
  deepStrictEqual(problems.slice(0, 20), []);
  ok(result.aheadMs > HOUR_MS - 60_000 && result.behindMs > HOUR_MS - 60_000, "no clock stepped");
  strictEqual(result.owners.length, 1);
  strictEqual(figures.repeats, 0);
});

Deno.test("clocks that step refuse a relay that measures leases by its own clock", async () => {
  const { figures, result } = await stepClocks({
    mutant: { of: "organization", name: "leases-by-its-own-clock" },
  });

  say(JSON.stringify({ ...figures, ...result, owners: result.owners.length }));
  notStrictEqual(result.owners.length, 1);
});

/** Steps the clocks of two of three services, one after the other, while they write and publish. */
function stepClocks(options: Pick<KillWorldOptions, "mutant"> = {}) {
  return underLoad({
    broker: "redis",
    database: "PostgreSQL",
    count: { organization: 3, licensing: 1, effects: 1 },
    hasSteppingClock: true,
    patienceMs: 8_000,
    ...options,
  }, async ({ world }) => {
    await using watch = await openRelayWatch(world.databaseUrls.organization);
    const organizations = world.mortals.filter(({ kind }) => kind === "organization");
    const owners = new Set<string>();
    for (let step = 0; step < STEPS; step += 1) {
      const { pid } = await organizations[step % 2]?.ready() ?? { pid: 0 };
      Deno.kill(pid, "SIGUSR2");
      for (let looks = 0; looks < 7; looks += 1) {
        for (const owner of (await watch.look()).owners.keys()) owners.add(owner);
        await new Promise((resolve) => setTimeout(resolve, STEP_EVERY_MS / 7));
      }
    }
    const [times] = await watch.database.query<{ first: number; last: number }>(
      "SELECT MIN(event_time) AS first, MAX(event_time) AS last FROM outbox",
    );
    const now = Date.now();
    return {
      owners: [...owners],
      aheadMs: (times?.last ?? now) - now,
      behindMs: now - (times?.first ?? now),
    };
  });
}
