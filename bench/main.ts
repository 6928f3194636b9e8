// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task bench`: this project's messaging beside raw clients doing the same work in the same
 * run, as ratios.
 *
 * @module
 */

import { readOptions, refuse } from "../dev/command_line.ts";
import { openServices } from "../dev/services/provider.ts";
import { cauce } from "./cauce.ts";
import { drawChart } from "./chart.ts";
import {
  type Figure,
  measurements,
  type Pair,
  type Plan,
  prepareDestination,
} from "./measurements.ts";
import { rawIoredis } from "./raw/ioredis.ts";
import { rawKafkajs } from "./raw/kafkajs.ts";
import { formatRow, HEADER } from "./table.ts";
import { measureMemory } from "./workloads/memory.ts";

const USAGE = `Measures messaging beside raw clients, in the same run, as ratios.

deno task bench [options]
  --binder NAME    kafka or redis; may be repeated (both)
  --workload NAME  produce, consume, latency or memory; may be repeated (all)
  --rounds N       rounds of each measurement (5)
  --messages N     to produce in each round; twice as many are consumed (100000)
  --quick          few messages and one round: only shows that it runs
  --json           one JSON document a measurement instead of a table
  --svg FILE       draws the ratios as well
  -h, --help       this text`;

const SAME_BYTES =
  "The raw client sends the very bytes that Cauce does, but for random ids and clock times: key, " +
  "partition, all CloudEvents headers with their names, and body.";

const FULL: Pick<Plan, "timed" | "slowly"> = { timed: 1_000, slowly: 1_000_000 };
const QUICK: Plan = { rounds: 1, produced: 2_000, consumed: 2_000, timed: 100, slowly: 5_000 };

const binderNames = ["kafka", "redis"] as const;
type BinderName = typeof binderNames[number];
const workloadNames = ["produce", "consume", "latency", "memory"] as const;
type WorkloadName = typeof workloadNames[number];

interface Settings {
  readonly binders: readonly BinderName[];
  readonly workloads: readonly WorkloadName[];
  readonly plan: Plan;
  readonly json: boolean;
  readonly svg: string | undefined;
}

function parseSettings(values: ReturnType<typeof parseOptions>): Settings {
  const binders = binderNames.filter((name) => values.binder.includes(name));
  const workloads = workloadNames.filter((name) => values.workload.includes(name));
  const [rounds, produced] = [Number(values.rounds), Number(values.messages)];
  if (binders.length < new Set(values.binder).size) {
    refuse(`There is a binder too many in "${values.binder.join()}"`, USAGE);
  }
  if (workloads.length < new Set(values.workload).size) {
    refuse(`There is a workload too many in "${values.workload.join()}"`, USAGE);
  }
  if (![rounds, produced].every((count) => Number.isInteger(count) && count > 0)) {
    refuse("Rounds and messages are whole numbers from 1", USAGE);
  }
  const { json, quick, svg } = values;
  const plan = quick ? QUICK : { ...FULL, rounds, produced, consumed: 2 * produced };
  return { binders, workloads, plan, json, svg };
}

function parseOptions() {
  return readOptions({
    binder: { type: "string", multiple: true, default: [...binderNames] },
    workload: { type: "string", multiple: true, default: [...workloadNames] },
    rounds: { type: "string", default: "5" },
    messages: { type: "string", default: "100000" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    svg: { type: "string" },
  }, USAGE);
}

async function memory(
  { ours }: Pair,
  { binder, address, plan, json }: {
    binder: BinderName;
    address: string;
    plan: Plan;
    json: boolean;
  },
): Promise<void> {
  const messages = plan.slowly;
  const destination = await prepareDestination(ours, { messages, mode: "binary" });
  const measured = await measureMemory({ binder, address, destination, messages });
  const name = `${ours.name}: memory, slow handler, backlog of ${messages}`;
  console.log(
    json ? JSON.stringify({ name, unit: "MB", ...measured }) : `${name}: at most ` +
      `${measured.firstTenthMb.toFixed(0)} MB resident in the first tenth, ` +
      `${measured.laterMb.toFixed(0)} MB later`,
  );
}

async function main(): Promise<number> {
  const values = parseOptions();
  const settings = parseSettings(values);
  const { binders, workloads, plan, json, svg } = settings;
  await using services = await openServices({
    wanted: binders,
    say: (line) => console.error(line),
  });
  console.error(SAME_BYTES);
  if (!json) console.log(HEADER);
  const figures: Figure[] = [];
  const report = (figure: Figure) => {
    // Few messages in one round judge nothing.
    const shown = values.quick ? { ...figure, goal: undefined } : figure;
    const { name, unit, goal, comparison } = shown;
    figures.push(shown);
    console.log(json ? JSON.stringify({ name, unit, goal, ...comparison }) : formatRow(shown));
  };
  for (const binder of binders) {
    const address = services[binder]?.address ?? "";
    const pair = {
      ours: cauce(binder, address),
      raw: binder === "kafka" ? rawKafkajs(address) : rawIoredis(address),
    };
    for (const workload of workloads) {
      if (workload === "memory") await memory(pair, { binder, address, plan, json });
      else await measurements[workload](pair, plan, report);
    }
  }
  if (svg !== undefined) {
    const subtitle = `${new Date().toISOString().slice(0, 10)}, ` +
      `${navigator.hardwareConcurrency} cores, median of ${plan.rounds} rounds`;
    await Deno.writeTextFile(svg, drawChart(figures, subtitle));
  }
  return 0;
}

Deno.exit(await main());
