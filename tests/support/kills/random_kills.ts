/**
 * Kills processes at random moments while a system is at work, and judges what is left.
 *
 * @module
 */

import { openDatabase } from "@cauce/platform/database";
import { until } from "../until.ts";
import { countEffects } from "./effects.ts";
import type { MortalKind } from "./mortal.ts";
import { createSeededRandom } from "./seeded_random.ts";
import { type LoadReport, underLoad, type UnderLoadOptions } from "./under_load.ts";

/** What to do. */
export interface RandomKillsOptions extends UnderLoadOptions {
  readonly kills: number;
  readonly seed: number;
  /** Kinds to kill, each as often as it is named. */
  readonly victims: readonly MortalKind[];
  /** A process at work is killed so soon at the latest. */
  readonly pauseMs: number;
}

/** Who died. */
export interface Deaths {
  readonly kills: Readonly<Record<MortalKind, number>>;
  readonly pids: ReadonlySet<number>;
}

/**
 * Runs it to its end. The seed decides who is killed, as far as it is at work, and how long after that
 * was seen.
 */
export function runRandomKills(options: RandomKillsOptions): Promise<LoadReport<Deaths>> {
  return underLoad(options, async (scene) => {
    const random = createSeededRandom(options.seed);
    await using effects = await openDatabase(scene.world.databaseUrls.effects);
    const isAtWork = createWorkWatch({
      organization: () => scene.log.events.length,
      licensing: () => scene.journal.acknowledged,
      effects: () => countEffects(effects),
    });
    const pids = new Set<number>();
    const kills = { organization: 0, licensing: 0, effects: 0 };
    for (let count = 0; count < options.kills; count += 1) {
      const victim = await until(
        async () => {
          const kind = random.pick(options.victims);
          const ready = scene.world.mortals.filter((one) => one.kind === kind && one.isReady);
          return ready.length > 0 && await isAtWork(kind) ? random.pick(ready) : undefined;
        },
        "a process at work",
        { timeoutMs: 40_000 },
      );
      await new Promise((resolve) => setTimeout(resolve, random.below(options.pauseMs)));
      pids.add(await victim.kill());
      victim.restart();
      kills[victim.kind] += 1;
    }
    return { kills, pids };
  });
}

/** Tells whether a kind got anything done since the last time it did: else a kill would interrupt nothing. */
function createWorkWatch(
  done: Readonly<Record<MortalKind, () => number | Promise<number>>>,
): (kind: MortalKind) => Promise<boolean> {
  const seen = { organization: 0, licensing: 0, effects: 0 };
  return async (kind) => {
    const now = await done[kind]();
    const hasWorked = now > seen[kind];
    seen[kind] = now;
    return hasWorked;
  };
}
