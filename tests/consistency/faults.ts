/**
 * What is done to the system while it is under load, one fault after the other, each healed before
 * the next.
 *
 * @module
 */

import { now, pause } from "./clock.ts";
import type { FlushEvent } from "./history.ts";

/** Something that can be killed and started again. */
export interface Killable {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A way that can be closed. */
export interface Way {
  cut(): void;
  freeze(): void;
  heal(): void;
}

/** Something that can be frozen. */
export interface Pausable {
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** What faults are done to. */
export interface FaultTargets {
  readonly licensing: readonly Killable[];
  readonly organizations: readonly Killable[];
  /** The services' way to the broker, and to the cache. */
  readonly brokerWay: Way;
  readonly cacheWay: Way;
  readonly broker: Pausable;
  readonly flushCache: () => Promise<void>;
}

/** How faults are done. */
export interface FaultOptions {
  readonly targets: FaultTargets;
  readonly record: (event: FlushEvent) => void;
  readonly say: (line: string) => void;
  /** No fault begins after it; the one under way is healed. */
  readonly signal: AbortSignal;
  /** How long all is well between two faults. */
  readonly gapMs: number;
}

interface Fault {
  readonly name: string;
  readonly strike: () => Promise<void> | void;
  readonly heal: () => Promise<void> | void;
  readonly lastsMs: number;
}

/** Goes through all faults again and again. Returns how many there were, when the last is healed. */
export async function runFaults(options: FaultOptions): Promise<number> {
  const { say, signal, gapMs } = options;
  const begun = now();
  let done = 0;
  for (let round = 0; !signal.aborted; round += 1) {
    for (const fault of faultsOf(options, round)) {
      await pause(gapMs, signal);
      if (signal.aborted) break;
      const at = ((now() - begun) / 1000).toFixed(1);
      await fault.strike();
      try {
        await pause(fault.lastsMs, signal);
      } finally {
        await fault.heal();
      }
      done += 1;
      say(`fault ${done} at ${at} s: ${fault.name}`);
    }
  }
  return done;
}

/** A round of faults; each round takes another process of each kind. */
function faultsOf(
  { targets, record }: Pick<FaultOptions, "targets" | "record">,
  round: number,
): readonly Fault[] {
  const { licensing, organizations, brokerWay, cacheWay, broker, flushCache } = targets;
  const kill = (what: string, processes: readonly Killable[]): Fault => {
    const index = round % processes.length;
    return {
      name: `kill -9 of ${what} ${index + 1}, started again after 2 s`,
      strike: () => processes[index]?.kill(),
      heal: () => processes[index]?.start(),
      lastsMs: 2000,
    };
  };
  const away = (name: string, way: Way, how: "cut" | "freeze", lastsMs: number): Fault => ({
    name: `the way to the ${name} ${how === "cut" ? "cut" : "frozen"} for ${lastsMs / 1000} s`,
    strike: () => way[how](),
    heal: () => way.heal(),
    lastsMs,
  });
  const nothing = () => {};
  return [
    kill("licensing", licensing),
    { name: "FLUSHALL of the cache", strike: flush, heal: nothing, lastsMs: 0 },
    away("broker", brokerWay, "cut", 3000),
    kill("organization", organizations),
    away("cache", cacheWay, "cut", 3000),
    away("broker", brokerWay, "freeze", 5000),
    {
      name: "the broker paused for 4 s",
      strike: () => broker.pause(),
      heal: () => broker.resume(),
      lastsMs: 4000,
    },
    away("cache", cacheWay, "freeze", 3000),
  ];

  async function flush(): Promise<void> {
    const start = now();
    await flushCache();
    record({ kind: "flush", start, end: now() });
  }
}
