// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task bench`: this project's messaging beside raw clients doing the same work in the same
 * run, as ratios.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { openServices } from "../dev/services/provider.ts";
import { cauce } from "./cauce.ts";
import type { Contender } from "./contender.ts";
import type { Mode } from "./events.ts";
import { rawIoredis } from "./raw/ioredis.ts";
import { rawKafkajs } from "./raw/kafkajs.ts";
import { compare, type Comparison } from "./rounds.ts";
import { formatRow, HEADER, type Unit } from "./table.ts";
import { measureConsume } from "./workloads/consume.ts";
import { measureLatency } from "./workloads/latency.ts";
import { measureProduce } from "./workloads/produce.ts";

const USAGE = `Measures messaging beside raw clients, in the same run, as ratios.

deno task bench [options]
  --binder NAME    kafka or redis; may be repeated (both)
  --workload NAME  produce, consume or latency; may be repeated (all)
  --rounds N       rounds of each measurement (5)
  --quick          few messages and one round: only shows that it runs
  --json           one JSON document a measurement instead of a table
  -h, --help       this text`;

/** How much is measured. */
interface Plan {
  readonly rounds: number;
  readonly produced: number;
  readonly consumed: number;
  readonly timed: number;
}

const FULL: Omit<Plan, "rounds"> = { produced: 100_000, consumed: 200_000, timed: 1_000 };
const QUICK: Plan = { rounds: 1, produced: 2_000, consumed: 2_000, timed: 100 };

interface Pair {
  readonly ours: Contender;
  readonly raw: Contender;
}

type Report = (name: string, unit: Unit, comparison: Comparison) => void;

let destinations = 0;
const fresh = () => `bench-${crypto.randomUUID().slice(0, 8)}-${++destinations}`;

/** A destination that exists, with as many messages as asked for. */
async function prepare({ ours }: Pair, messages: number, mode: Mode = "binary"): Promise<string> {
  const destination = fresh();
  await using _opened = await ours.openProducer(destination, mode);
  if (messages > 0) {
    // One more is sent to begin with.
    await measureProduce(ours, { destination, messages: messages - 1, size: 200, mode });
  }
  return destination;
}

async function produce(pair: Pair, plan: Plan, report: Report): Promise<void> {
  const cases = [[200, "binary"], [1024, "binary"], [200, "structured"]] as const;
  for (const [size, mode] of cases) {
    const measure = async (contender: Contender) => {
      const destination = await prepare(pair, 0);
      return await measureProduce(contender, { destination, messages: plan.produced, size, mode });
    };
    const comparison = await compare(plan.rounds, {
      ours: () => measure(pair.ours),
      raw: () => measure(pair.raw),
    });
    report(`${pair.raw.name}: produce ${size} B ${mode}`, "messages/s", comparison);
  }
}

async function consume(pair: Pair, plan: Plan, report: Report): Promise<void> {
  for (const mode of ["binary", "structured"] as const) {
    const messages = plan.consumed;
    const destination = await prepare(pair, messages, mode);
    const comparison = await compare(plan.rounds, {
      ours: () => measureConsume(pair.ours, { destination, messages }),
      raw: () => measureConsume(pair.raw, { destination, messages }),
    });
    report(`${pair.raw.name}: consume 200 B ${mode}`, "messages/s", comparison);
  }
}

async function latency(pair: Pair, plan: Plan, report: Report): Promise<void> {
  for (const at of ["p50", "p99"] as const) {
    const measure = async (contender: Contender) => {
      const destination = await prepare(pair, 0);
      return (await measureLatency(contender, { destination, messages: plan.timed, size: 200 }))[
        at
      ];
    };
    const comparison = await compare(plan.rounds, {
      ours: () => measure(pair.ours),
      raw: () => measure(pair.raw),
    });
    report(`${pair.raw.name}: latency ${at} at 200/s`, "ms", comparison);
  }
}

const workloads = { produce, consume, latency } as const;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      binder: { type: "string", multiple: true, default: ["kafka", "redis"] },
      workload: { type: "string", multiple: true, default: Object.keys(workloads) },
      rounds: { type: "string", default: "5" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const binders = values.binder.filter((name) => name === "kafka" || name === "redis");
  const chosen = values.workload.filter((name): name is keyof typeof workloads =>
    Object.hasOwn(workloads, name)
  );
  const rounds = Number(values.rounds);
  const unusable = binders.length < values.binder.length ||
    chosen.length < values.workload.length || !Number.isInteger(rounds) || rounds < 1;
  if (values.help || unusable) {
    console.error(USAGE);
    return values.help ? 0 : 64;
  }
  const plan = values.quick ? QUICK : { ...FULL, rounds };
  await using services = await openServices({
    wanted: binders,
    say: (line) => console.error(line),
  });
  if (!values.json) console.log(HEADER);
  const report: Report = (name, unit, comparison) =>
    console.log(
      values.json
        ? JSON.stringify({ name, unit, ...comparison })
        : formatRow(name, unit, comparison),
    );
  for (const binder of binders) {
    const address = services[binder]?.address ?? "";
    const pair = binder === "kafka"
      ? { ours: cauce("kafka", { KAFKA_BROKERS: address }), raw: rawKafkajs(address) }
      : { ours: cauce("redis", { REDIS_URL: address }), raw: rawIoredis(address) };
    for (const workload of chosen) await workloads[workload](pair, plan, report);
  }
  return 0;
}

Deno.exit(await main());
