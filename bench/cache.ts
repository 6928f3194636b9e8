// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task bench:cache`: what the cache's protocol costs a reader of a license, beside a plain
 * HGETALL and beside asking the organization service each time, as ratios of one run.
 *
 * @module
 */

import { readOptions, refuse } from "../dev/command_line.ts";
import { type CacheSystem, openCacheSystem, type VariantService } from "./cache_system.ts";
import { CACHE_STATUS, type VariantName } from "./cache_variants.ts";
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
/** Every order, so that nobody always comes after the one that leaves the machine busiest. */
const ORDERS: readonly (readonly VariantName[])[] = [
  ["protocol", "hgetall", "origin"],
  ["origin", "hgetall", "protocol"],
  ["hgetall", "protocol", "origin"],
  ["origin", "protocol", "hgetall"],
  ["protocol", "origin", "hgetall"],
  ["hgetall", "origin", "protocol"],
];
const SLICES = ORDERS.length;
const P50_GOAL_MS = 0.3;
const THROUGHPUT_GOAL = 0.8;

/** What was measured of one service in one round, slice by slice. */
interface Sum {
  readonly times: number[];
  reads: number;
  ms: number;
  cpuMs: number;
}

/** One after the other, for latency; then many at once, for throughput and processor time. */
async function measureSlice(
  { pid, url }: VariantService,
  { variant, plan, sum }: {
    readonly variant: VariantName;
    readonly plan: Plan;
    readonly sum: Sum;
  },
): Promise<void> {
  const mustHave = `cache-status: ${CACHE_STATUS[variant]}\r\n`;
  {
    using reader = await openHttpReader(url, { mustHave });
    for (let count = 0; count < plan.reads / SLICES; count++) {
      const begun = performance.now();
      await reader.read();
      sum.times.push(performance.now() - begun);
    }
  }
  const cpuMs = await cpuMsOf(pid);
  const begun = performance.now();
  const end = begun + plan.seconds / SLICES * 1000;
  await Promise.all(Array.from({ length: plan.readers }, async () => {
    using reader = await openHttpReader(url, { mustHave });
    for (; performance.now() < end; sum.reads++) await reader.read();
  }));
  sum.ms += performance.now() - begun;
  sum.cpuMs += await cpuMsOf(pid) - cpuMs;
}

/** All in turn, slice by slice, so that a slow moment of the machine hits all of them. */
async function measureRound(
  { services }: CacheSystem,
  plan: Plan,
): Promise<Readonly<Record<VariantName, Sample<Unit>>>> {
  const newSum = (): Sum => ({ times: [], reads: 0, ms: 0, cpuMs: 0 });
  const sums = { protocol: newSum(), hgetall: newSum(), origin: newSum() };
  for (const variant of ORDERS.flat()) {
    await measureSlice(services[variant], { variant, plan, sum: sums[variant] });
  }
  const { protocol, hgetall, origin } = sums;
  return { protocol: toSample(protocol), hgetall: toSample(hgetall), origin: toSample(origin) };
}

function toSample({ times, reads, ms, cpuMs }: Sum): Sample<Unit> {
  return {
    "p50 ms": percentile(times, 0.5),
    "p99 ms": percentile(times, 0.99),
    "reads/s": reads / ms * 1000,
    "µs CPU/read": cpuMs / reads * 1000,
  };
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
  // The first round warms up.
  await measureRound(system, plan);
  const rounds: Awaited<ReturnType<typeof measureRound>>[] = [];
  while (rounds.length < plan.rounds) {
    rounds.push(await measureRound(system, plan));
  }
  if (!json) console.log(HEADER);
  const beside = { hgetall: "plain HGETALL", origin: "the origin each time" } as const;
  for (const other of ["hgetall", "origin"] as const) {
    for (const unit of ["p50 ms", "p99 ms", "reads/s", "µs CPU/read"] as const) {
      const of = (variant: VariantName) => rounds.map((round) => round[variant][unit]);
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
