// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task bench:cache`: what the cache's protocol costs a reader of a license, beside a plain
 * HGETALL and beside asking the organization service each time, as ratios of one run.
 *
 * @module
 */

import { readOptions, refuse } from "../dev/command_line.ts";
import { type CacheSystem, openCacheSystem, type VariantService } from "./cache_system.ts";
import { CACHE_STATUS, type VariantName, variantNames } from "./cache_variants.ts";
import { openHttpReader } from "./http_reader.ts";
import type { Figure, Goal } from "./measurements.ts";
import { percentile } from "./percentiles.ts";
import { cpuMsOf } from "./proc.ts";
import { type Comparison, type Sample, toComparison } from "./rounds.ts";
import { formatRow, HEADER } from "./table.ts";

const USAGE = `Measures what the cache's protocol costs, in the same run, as ratios.

deno task bench:cache [options]
  --rounds N    rounds of each measurement (9)
  --reads N     reads one after the other in each round, for latency (1000)
  --seconds N   of many readers at once in each round, for throughput (2)
  --readers N   how many (16)
  --quick       few reads and one round: only shows that it runs
  --json        one JSON document a measurement instead of a table
  -h, --help    this text`;

interface Plan {
  readonly rounds: number;
  readonly reads: number;
  readonly seconds: number;
  readonly readers: number;
}

type Unit = "p50 ms" | "p99 ms" | "reads/s" | "µs CPU/read";

const QUICK: Plan = { rounds: 1, reads: 100, seconds: 0.5, readers: 4 };
const P50_GOAL_MS = 0.3;
const THROUGHPUT_GOAL = 0.8;

/** All units of a sample come from the same service in the same moment. */
async function measure(
  { pid, url }: VariantService,
  { variant, plan }: { readonly variant: VariantName; readonly plan: Plan },
): Promise<Sample<Unit>> {
  const mustHave = `cache-status: ${CACHE_STATUS[variant]}\r\n`;
  const times: number[] = [];
  {
    using reader = await openHttpReader(url, { mustHave });
    for (let count = 0; count < plan.reads; count++) {
      const begun = performance.now();
      await reader.read();
      times.push(performance.now() - begun);
    }
  }
  let reads = 0;
  const cpuBefore = await cpuMsOf(pid);
  const begun = performance.now();
  const end = begun + plan.seconds * 1000;
  await Promise.all(Array.from({ length: plan.readers }, async () => {
    using reader = await openHttpReader(url, { mustHave });
    for (; performance.now() < end; reads++) await reader.read();
  }));
  const ms = performance.now() - begun;
  return {
    "p50 ms": percentile(times, 0.5),
    "p99 ms": percentile(times, 0.99),
    "reads/s": reads / ms * 1000,
    "µs CPU/read": (await cpuMsOf(pid) - cpuBefore) / reads * 1000,
  };
}

/** In turn, round by round; who goes first changes. The first round warms up and is not counted. */
async function measureAll(
  { services }: CacheSystem,
  plan: Plan,
): Promise<Readonly<Record<VariantName, readonly Sample<Unit>[]>>> {
  const samples: Record<VariantName, Sample<Unit>[]> = { protocol: [], hgetall: [], origin: [] };
  for (let round = 0; round <= plan.rounds; round++) {
    for (let turn = 0; turn < variantNames.length; turn++) {
      const variant = variantNames[(round + turn) % variantNames.length];
      if (variant === undefined) continue;
      const sample = await measure(services[variant], { variant, plan });
      if (round > 0) samples[variant].push(sample);
    }
  }
  return samples;
}

function toGoal(unit: Unit, { ours, raw, ratio }: Comparison): Goal | undefined {
  if (unit === "reads/s") {
    const met = ratio.median >= THROUGHPUT_GOAL;
    return { text: `median ratio ≥ ${THROUGHPUT_GOAL}`, met };
  }
  // A slow moment of the machine can only add: the least of the rounds is what the code takes.
  if (unit === "p50 ms") {
    return { text: `min ≤ raw + ${P50_GOAL_MS}`, met: ours.min <= raw.min + P50_GOAL_MS };
  }
  return undefined;
}

function parsePlan(): { plan: Plan; json: boolean; isQuick: boolean } {
  const values = readOptions({
    rounds: { type: "string", default: "9" },
    reads: { type: "string", default: "1000" },
    seconds: { type: "string", default: "2" },
    readers: { type: "string", default: "16" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  }, USAGE);
  const [rounds = NaN, reads = NaN, readers = NaN] = [values.rounds, values.reads, values.readers]
    .map(Number);
  const seconds = Number(values.seconds);
  if (![rounds, reads, readers].every((count) => Number.isInteger(count) && count > 0)) {
    refuse("Rounds, reads and readers are whole numbers from 1", USAGE);
  }
  if (!(seconds > 0)) refuse(`"${values.seconds}" is no number of seconds`, USAGE);
  const plan = values.quick ? QUICK : { rounds, reads, seconds, readers };
  return { plan, json: values.json, isQuick: values.quick };
}

async function main(): Promise<number> {
  const { plan, json, isQuick } = parsePlan();
  await using system = await openCacheSystem((line) => console.error(line));
  const samples = await measureAll(system, plan);
  if (!json) console.log(HEADER);
  const beside = { hgetall: "plain HGETALL", origin: "the origin each time" } as const;
  for (const other of ["hgetall", "origin"] as const) {
    for (const unit of ["p50 ms", "p99 ms", "reads/s", "µs CPU/read"] as const) {
      const of = (variant: VariantName) => samples[variant].map((sample) => sample[unit]);
      const comparison = toComparison(of("protocol"), of(other));
      const isJudged = other === "hgetall" && !isQuick;
      const figure: Figure = {
        name: beside[other],
        unit,
        comparison,
        goal: isJudged ? toGoal(unit, comparison) : undefined,
      };
      const { name, goal } = figure;
      console.log(json ? JSON.stringify({ name, unit, goal, ...comparison }) : formatRow(figure));
    }
  }
  return 0;
}

Deno.exit(await main());
