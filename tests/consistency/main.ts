// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task consistency`: checks for some time, or for ever, that the cache tells the truth.
 *
 * @module
 */

import process from "node:process";
import { refuse } from "../../dev/command_line.ts";
import { type ConsistencyOptions, parseConsistencyOptions, USAGE } from "./options.ts";
import { openOwnSystem } from "./own_system.ts";
import { type ConsistencyReport, describeDetails, describeReport } from "./report.ts";
import { runConsistency } from "./run_consistency.ts";
import { attachedSystem, type WatchedSystem } from "./watched_system.ts";

const DELTA_MS = 2000;
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = parseConsistencyOptions();
  const say = (line: string) => console.error(line);
  const env = Deno.env.toObject();
  const stop = new AbortController();
  const { promise: given, resolve: giveUp } = Promise.withResolvers<undefined>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Not by Deno.addSignalListener(): a library beneath testcontainers counts these listeners, and
    // takes a signal that has none for one to be raised again.
    process.on(signal, () => {
      if (stop.signal.aborted) return giveUp(undefined);
      say("ends the load; once more to give up the last looks and the comparison");
      stop.abort();
    });
  }

  await using system = await openSystem(options, { env, say });
  const deltaMs = Number(env["CACHE_PROOF_MS"]) || DELTA_MS;
  const running = runConsistency({ ...options, system, deltaMs, say, signal: stop.signal });
  const report = await Promise.race([running, given]);
  if (report === undefined) return INTERRUPTED;
  for (const line of describeDetails(report)) say(line);
  for (const line of missedGoals(report, options)) say(line);
  console.log(options.json ? JSON.stringify(report) : describeReport(report));
  return report.violations === 0 && missedGoals(report, options).length === 0 ? 0 : 1;
}

function openSystem(
  { attach, binder, faults }: ConsistencyOptions,
  { env, say }: { env: Readonly<Record<string, string>>; say: (line: string) => void },
): Promise<WatchedSystem> | WatchedSystem {
  if (!attach) {
    const cache = Object.entries(env).filter(([name]) => /^CACHE_(?!REDIS_URL)/.test(name));
    return openOwnSystem({ binder, faults, env: Object.fromEntries(cache), say });
  }
  try {
    return attachedSystem(env);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse(error.message, USAGE);
  }
}

function missedGoals(
  { hitRatio, commitToFencedMs: { p99 = Infinity }, revalidations }: ConsistencyReport,
  { goals: { minHitRatio, maxP99, maxRevalidations } }: ConsistencyOptions,
): readonly string[] {
  return [
    ...(hitRatio < minHitRatio ? [`hit ratio ${hitRatio.toFixed(3)}: below ${minHitRatio}`] : []),
    ...(p99 > maxP99 ? [`commit → fenced p99 ${p99.toFixed(1)} ms: above ${maxP99} ms`] : []),
    ...(revalidations > maxRevalidations
      ? [`${revalidations} revalidations: more than ${maxRevalidations}`]
      : []),
  ];
}

Deno.exit(await main());
