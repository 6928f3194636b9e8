/**
 * Kills processes at random moments while a system is at work, and judges what is left.
 *
 * @module
 */

import { openEventLog } from "./event_log.ts";
import { Journal } from "./journal.ts";
import { judge } from "./judge.ts";
import { type KillWorldOptions, openKillWorld } from "./kill_world.ts";
import type { Mortal, MortalKind } from "./mortal.ts";
import { readRemains } from "./remains.ts";
import { until } from "../until.ts";
import { createSeededRandom, type SeededRandom } from "./seeded_random.ts";
import { startWriters } from "./writers.ts";

/** What to do. */
export interface RandomKillsOptions extends KillWorldOptions {
  readonly kills: number;
  readonly seed: number;
  /** Kinds to kill, each as often as it is named. */
  readonly victims: readonly MortalKind[];
  /** The longest pause between two kills. */
  readonly pauseMs: number;
  readonly patienceMs: number;
}

/** What came of it. */
export interface KillsReport {
  /** What breaks a promise; empty when all were kept. */
  readonly problems: readonly string[];
  readonly kills: Readonly<Record<MortalKind, number>>;
  readonly writesAcknowledged: number;
  readonly writesUnknown: number;
  readonly events: number;
  /** Entries of the log beyond one an event. */
  readonly repeats: number;
  readonly effects: number;
  /** Processes that made effects before they were killed. */
  readonly diedAtWork: number;
  readonly seconds: number;
}

const WRITERS = 6;
const PACE_MS = 15;

/** Runs it to its end. The seed decides who is killed, as far as it is at work, and after which pause. */
export async function runRandomKills(options: RandomKillsOptions): Promise<KillsReport> {
  const begun = performance.now();
  const random = createSeededRandom(options.seed);
  await using world = await openKillWorld(options);
  await using log = await openEventLog(world.brokerEnv);
  const journal = new Journal();
  const writers = startWriters({
    urls: world.organizationUrls,
    journal,
    count: WRITERS,
    paceMs: PACE_MS,
  });
  const killed = new Set<number>();
  const kills = { organization: 0, licensing: 0, effects: 0 };
  for (let count = 0; count < options.kills; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, random.below(options.pauseMs)));
    const victim = await choose(world.mortals, options.victims, random);
    killed.add(await victim.kill());
    victim.restart();
    kills[victim.kind] += 1;
  }
  await Promise.all(world.mortals.map((mortal) => mortal.ready()));
  await writers.stop();
  const remains = await readRemains({ world, journal, log, patienceMs: options.patienceMs });
  const unexpected = journal.unexpected.map((answer) => `a writer was answered ${answer}`);
  return {
    problems: [...unexpected, ...judge(remains)],
    kills,
    writesAcknowledged: journal.acknowledged,
    writesUnknown: journal.unknown,
    events: remains.recorded.length,
    repeats: remains.logged.length - new Set(remains.logged.map(({ eventId }) => eventId)).size,
    effects: remains.effects.length,
    diedAtWork: killed.intersection(new Set(remains.effects.map(({ madeBy }) => madeBy))).size,
    seconds: (performance.now() - begun) / 1000,
  };
}

/** Whoever is ready: one that only starts, or joins its group, has nothing that could be lost. */
async function choose(
  mortals: readonly Mortal[],
  kinds: readonly MortalKind[],
  random: SeededRandom,
): Promise<Mortal> {
  return await until(
    () => {
      const kind = random.pick(kinds);
      const ready = mortals.filter((mortal) => mortal.kind === kind && mortal.isReady);
      return ready.length > 0 ? random.pick(ready) : undefined;
    },
    "a process to kill",
    { timeoutMs: 30_000 },
  );
}
