/**
 * What is measured on a broker, and what is wanted of it.
 *
 * @module
 */

import type { Contender } from "./contender.ts";
import type { Mode } from "./events.ts";
import { compare, type Comparison } from "./rounds.ts";
import { measureConsume } from "./workloads/consume.ts";
import { measureLatency } from "./workloads/latency.ts";
import { measureProduce } from "./workloads/produce.ts";

/** How much is measured. */
export interface Plan {
  readonly rounds: number;
  readonly produced: number;
  readonly consumed: number;
  readonly timed: number;
  /** The backlog of the slow consumer. */
  readonly slowly: number;
}

/** Two contenders on one broker. */
export interface Pair {
  readonly ours: Contender;
  readonly raw: Contender;
}

/** One row of the result. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly comparison: Comparison;
  readonly goal?: Goal | undefined;
}

/** What was wanted, and whether it was reached. */
export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

/** Measures and reports, one figure for each unit. */
export type Measurement = (
  pair: Pair,
  plan: Plan,
  report: (figure: Figure) => void,
) => Promise<void>;

const PRODUCE_GOAL = 0.95;
const CONSUME_GOAL = 0.6;
const P50_GOAL_MS = 0.2;
const P99_GOAL = 1.3;

/** Produce, consume and latency, by name. */
export const measurements: Readonly<Record<"produce" | "consume" | "latency", Measurement>> = {
  async produce(pair, plan, report) {
    for (const [size, mode] of [[200, "binary"], [1024, "binary"], [200, "structured"]] as const) {
      const measure = async (contender: Contender) => {
        const destination = await prepareDestination(pair.ours);
        const messages = plan.produced;
        return await measureProduce(contender, { destination, messages, size, mode });
      };
      const compared = await inTurn(pair, { rounds: plan.rounds, measure });
      const wanted = size === 200 ? PRODUCE_GOAL : undefined;
      reportAll(compared, { name: `${pair.raw.name}: produce ${size} B ${mode}`, wanted, report });
    }
  },
  async consume(pair, plan, report) {
    const messages = plan.consumed;
    for (const mode of ["binary", "structured"] as const) {
      const destination = await prepareDestination(pair.ours, { messages, mode });
      const measure = (contender: Contender) =>
        measureConsume(contender, { destination, messages });
      const compared = await inTurn(pair, { rounds: plan.rounds, measure });
      const name = `${pair.raw.name}: consume 200 B ${mode}`;
      reportAll(compared, { name, wanted: CONSUME_GOAL, report });
    }
  },
  async latency(pair, plan, report) {
    const measure = async (contender: Contender) => {
      const destination = await prepareDestination(pair.ours);
      return await measureLatency(contender, { destination, messages: plan.timed, size: 200 });
    };
    const compared = await inTurn(pair, { rounds: plan.rounds, measure });
    reportAll(compared, { name: `${pair.raw.name}: latency at 200/s`, wanted: undefined, report });
  },
};

let destinations = 0;

/** A destination that exists, with as many messages as asked for. */
export async function prepareDestination(
  ours: Contender,
  { messages, mode }: { messages: number; mode: Mode } = { messages: 0, mode: "binary" },
): Promise<string> {
  const destination = `bench-${crypto.randomUUID().slice(0, 8)}-${++destinations}`;
  await using _opened = await ours.openProducer(destination, mode);
  if (messages > 0) {
    // One more is sent to begin with.
    await measureProduce(ours, { destination, messages: messages - 1, size: 200, mode });
  }
  return destination;
}

function inTurn<Unit extends string>(
  { ours, raw }: Pair,
  { rounds, measure }: {
    rounds: number;
    measure: (contender: Contender) => Promise<Readonly<Record<Unit, number>>>;
  },
): Promise<Readonly<Record<Unit, Comparison>>> {
  return compare(rounds, { ours: () => measure(ours), raw: () => measure(raw) });
}

function reportAll(
  compared: Readonly<Record<string, Comparison>>,
  { name, wanted, report }: {
    name: string;
    wanted: number | undefined;
    report: (figure: Figure) => void;
  },
): void {
  for (const [unit, comparison] of Object.entries(compared)) {
    report({ name, unit, comparison, goal: toGoal(unit, comparison, { wanted }) });
  }
}

function toGoal(
  unit: string,
  { ours, raw, ratio }: Comparison,
  { wanted }: { wanted: number | undefined },
): Goal | undefined {
  if (unit === "messages/s" && wanted !== undefined) {
    return { text: `median ratio ≥ ${wanted}`, met: ratio.median >= wanted };
  }
  // A slow moment of the machine can only add: the least of the rounds is what the code takes.
  if (unit === "p50 ms") {
    return { text: `min ≤ raw + ${P50_GOAL_MS}`, met: ours.min <= raw.min + P50_GOAL_MS };
  }
  if (unit === "p99 ms") {
    return { text: `min ≤ ${P99_GOAL} × raw`, met: ours.min <= raw.min * P99_GOAL };
  }
  return undefined;
}
