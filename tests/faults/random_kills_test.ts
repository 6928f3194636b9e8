import { deepStrictEqual } from "node:assert/strict";
import { type RandomKillsOptions, runRandomKills } from "../support/kills/random_kills.ts";
import { say } from "../support/say.ts";
import { wantedServices } from "../support/wanted_services.ts";

const isLong = Deno.env.get("TEST_LONG") === "1";
const seed = Number(Deno.env.get("KILLS_SEED") ?? Math.floor(Math.random() * 2 ** 32));

type Run = Pick<RandomKillsOptions, "broker" | "database" | "count" | "kills">;

const three = { organization: 3, licensing: 2, effects: 2 };
const one = { organization: 1, licensing: 1, effects: 1 };
const all: readonly Run[] = [
  { broker: "redis", database: "PostgreSQL", count: three, kills: 60 },
  { broker: "redis", database: "SQLite", count: one, kills: 20 },
  { broker: "kafka", database: "PostgreSQL", count: three, kills: 20 },
];
const runs = all
  .filter(({ broker }) => wantedServices().includes(broker))
  .map((run) => ({ ...run, kills: isLong ? run.kills * 10 : run.kills }));
const kills = runs.reduce((sum, run) => sum + run.kills, 0);

// Side by side, for most of the time each waits for the lease of whoever died.
Deno.test(`nothing is lost and nothing takes effect twice through ${kills} kills at random of services, relays and sinks`, async () => {
  say(`KILLS_SEED=${seed}`);

  const problems = await Promise.all(runs.map(kill));

  deepStrictEqual(problems.flat().slice(0, 20), []);
});

async function kill(run: Run): Promise<string[]> {
  const where = `${run.database} and ${run.broker}`;
  const { problems, figures, effectsBy, result } = await runRandomKills({
    ...run,
    seed,
    victims: ["organization", "organization", "licensing", "effects"],
    pauseMs: 400,
    patienceMs: 15_000,
  });
  const diedAfterEffects = result.pids.intersection(effectsBy).size;
  say(`${where}: ${JSON.stringify({ kills: result.kills, diedAfterEffects, ...figures })}`);
  return problems.map((problem) => `on ${where}, ${problem}`);
}
