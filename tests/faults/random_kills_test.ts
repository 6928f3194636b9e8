import { deepStrictEqual } from "node:assert/strict";
import { type RandomKillsOptions, runRandomKills } from "../support/kills/random_kills.ts";
import { say } from "../support/say.ts";
import { wantedServices } from "../support/wanted_services.ts";

const isLong = Deno.env.get("TEST_LONG") === "1";
const seed = Number(Deno.env.get("KILLS_SEED") ?? Math.floor(Math.random() * 2 ** 32));

type Run = Pick<RandomKillsOptions, "broker" | "database" | "count" | "kills">;

const three = { organization: 3, licensing: 2, effects: 2 };
const one = { organization: 1, licensing: 1, effects: 1 };
const runs: readonly Run[] = [
  { broker: "redis", database: "PostgreSQL", count: three, kills: 60 },
  { broker: "redis", database: "SQLite", count: one, kills: 20 },
  { broker: "kafka", database: "PostgreSQL", count: three, kills: 20 },
];

for (const run of runs) {
  if (!wantedServices().includes(run.broker)) continue;
  const kills = isLong ? run.kills * 10 : run.kills;
  const where = `${run.database} and ${run.broker}`;

  Deno.test(`nothing is lost and nothing takes effect twice on ${where} through ${kills} kills at random`, async () => {
    say(`KILLS_SEED=${seed}`);

    const { problems, figures, effectsBy, result } = await runRandomKills({
      ...run,
      kills,
      seed,
      victims: ["organization", "organization", "licensing", "effects"],
      pauseMs: 400,
      patienceMs: 15_000,
    });

    const diedAtWork = result.pids.intersection(effectsBy).size;
    say(JSON.stringify({ kills: result.kills, diedAfterEffects: diedAtWork, ...figures }));
    deepStrictEqual(problems.slice(0, 20), []);
  });
}
