import { ok } from "node:assert/strict";
import type { MortalKind } from "../support/kills/mortal.ts";
import { runRandomKills } from "../support/kills/random_kills.ts";
import { say } from "../support/say.ts";

interface Mutant {
  readonly title: string;
  readonly of: MortalKind;
  readonly name: string;
  readonly problem: RegExp;
}

const mutants: readonly Mutant[] = [
  {
    title: "a relay that marks before it sends",
    of: "organization",
    name: "marks-before-it-sends",
    problem: /in the log, ".+": \d+ was acknowledged and is lost/,
  },
  {
    title: "an event that is written in another transaction than its row",
    of: "organization",
    name: "event-apart",
    problem: /has version \d+ and events/,
  },
  {
    title: "a sink that acknowledges before the effect",
    of: "effects",
    name: "acknowledges-before-effect",
    problem: /has version \d+ and effects/,
  },
  {
    title: "an effect without an inbox",
    of: "effects",
    name: "effect-without-inbox",
    problem: /effects were made again/,
  },
];

const KILLS_OF_A_RUN = 4;
const RUNS = 8;

for (const mutant of mutants) {
  Deno.test(`kills at random refuse ${mutant.title}`, async () => {
    const problems: string[] = [];
    let kills = 0;
    for (let run = 0; run < RUNS && problems.length === 0; run += 1) {
      const report = await runRandomKills({
        broker: "redis",
        database: "PostgreSQL",
        count: { organization: 1, licensing: 1, effects: 1 },
        mutant,
        kills: KILLS_OF_A_RUN,
        seed: run,
        victims: [mutant.of],
        pauseMs: 150,
        patienceMs: 6000,
      });
      kills += KILLS_OF_A_RUN;
      problems.push(...report.problems);
    }
    say(`refused within ${kills} kills: ${problems.length} problems, ${problems[0]}`);

    ok(problems.some((problem) => mutant.problem.test(problem)), problems.slice(0, 5).join("\n"));
  });
}
