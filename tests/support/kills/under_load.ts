/**
 * A system under load, something that is done to it, and the judgement of what is left.
 *
 * @module
 */

import { type EventLog, openEventLog } from "./event_log.ts";
import { Journal } from "./journal.ts";
import { judge } from "./judge.ts";
import { type KillWorld, type KillWorldOptions, openKillWorld } from "./kill_world.ts";
import { readRemains } from "./remains.ts";
import { startWriters, type Writers } from "./writers.ts";

/** What is disturbed. */
export interface Scene {
  readonly world: KillWorld;
  readonly journal: Journal;
  readonly log: EventLog;
  readonly writers: Writers;
}

/** A system, and how long it is waited for. */
export interface UnderLoadOptions extends KillWorldOptions {
  /** What does not come for so long does not come any more. */
  readonly patienceMs: number;
}

/** What came of it. */
export interface LoadReport<T> {
  /** What breaks a promise; empty when all were kept. */
  readonly problems: readonly string[];
  /** Processes that made effects. */
  readonly effectsBy: ReadonlySet<number>;
  readonly figures: {
    readonly written: number;
    /** Requests without an answer, those that found nobody included. */
    readonly unanswered: number;
    readonly events: number;
    /** Entries of the log beyond one an event. */
    readonly repeats: number;
    readonly effects: number;
    readonly seconds: number;
  };
  readonly result: T;
}

const WRITERS = 6;
const PACE_MS = 15;

/** Writes while `disturb` runs, waits until all has come to rest, and judges. */
export async function underLoad<T>(
  options: UnderLoadOptions,
  disturb: (scene: Scene) => Promise<T>,
): Promise<LoadReport<T>> {
  const begun = performance.now();
  await using world = await openKillWorld(options);
  await using log = await openEventLog(world.brokerEnv);
  const journal = new Journal();
  const urls = world.organizationUrls;
  const writers = startWriters({ urls, journal, count: WRITERS, paceMs: PACE_MS });
  let result: T;
  try {
    result = await disturb({ world, journal, log, writers });
    await Promise.all(world.mortals.map((mortal) => mortal.ready()));
  } catch (error) {
    writers.abandon();
    throw error;
  }
  await writers.stop();
  const remains = await readRemains({ world, journal, log, patienceMs: options.patienceMs });
  const unexpected = journal.unexpected.map((answer) => `a writer was answered ${answer}`);
  return {
    problems: [...unexpected, ...judge(remains)],
    effectsBy: new Set(remains.effects.map(({ madeBy }) => madeBy)),
    figures: {
      written: journal.acknowledged,
      unanswered: journal.unanswered,
      events: remains.recorded.length,
      repeats: remains.logged.length - new Set(remains.logged.map(({ eventId }) => eventId)).size,
      effects: remains.effects.length,
      seconds: Math.round((performance.now() - begun) / 1000),
    },
    result,
  };
}
