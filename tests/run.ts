// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task test`: opens the services once, runs the tests area by area against them, and ends
 * with the numbers.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { openServices } from "../dev/services/provider.ts";
import { type AreaResult, runArea } from "./support/run_area.ts";
import { isUnwanted, needsEngine, wantedServices, whyNoEngine } from "./support/wanted_services.ts";

const HERE = new URL(".", import.meta.url);

/** What lies beside the sources. The other areas are the folders beside this file. */
const UNIT = "unit";

/** The quick ones come first; a folder that is not named here comes last. */
const ORDER = [
  ...[UNIT, "support", "deploy", "conformance", "mutants", "contract", "system"],
  ...["consistency", "faults"],
];

/**
 * Their files may run side by side: what they measure bears it, and each ends only what is its own.
 * As many at a time as there are processors, or three where they spend most of their time waiting.
 */
const PARALLEL = ["unit", "conformance", "deploy", "mutants", "contract", "faults"];
const WAITING = ["mutants", "faults"];

const CPUS = navigator.hardwareConcurrency;

const USAGE = `Runs the tests against real brokers.

deno task test [options] [area ...]
  areas        ${UNIT} (beside the sources) or a folder of tests/; default all
  --filter X   only tests whose name contains X (or matches /X/)
  --long       with more and longer cases (TEST_LONG=1)
  -h, --help   this text

TEST_RUNG=container or process says how brokers are started; TEST_BROKERS=kafka or redis which
ones are tested. What runs containers of its own needs an engine, and is listed where it is left
out for want of one. KAFKA_BROKERS, REDIS_URL and DATABASE_URL name services that run already.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      filter: { type: "string" },
      long: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const all = await findAreas();
  const unknown = positionals.find((name) => !all.includes(name));
  if (values.help || unknown !== undefined) {
    console.error(
      unknown === undefined ? USAGE : `There is no area "${unknown}", only ${all.join(", ")}`,
    );
    return unknown === undefined ? 0 : 64;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }

  const areas = positionals.length > 0 ? all.filter((area) => positionals.includes(area)) : all;
  const wanted = areas.some((area) => area !== UNIT) ? wantedServices() : [];
  const begun = performance.now();
  await using services = await openServices({ wanted, say: (line) => console.error(line) });
  const env = { ...services.env, ...(values.long ? { TEST_LONG: "1" } : {}) };
  const results = new Map<string, AreaResult>();
  for (const area of areas) {
    if (stop.signal.aborted) break;
    console.log(`\n── ${area} ${"─".repeat(Math.max(0, 90 - area.length))}`);
    const isUnit = area === UNIT;
    const args = [
      ...(PARALLEL.includes(area) ? ["--parallel"] : []),
      ...(values.filter ? [`--filter=${values.filter}`, "--permit-no-files"] : []),
      ...(isUnit ? [] : [`${area}/`, ...await leaveOutUnwanted(area)]),
    ];
    const cwd = new URL(isUnit ? ".." : ".", HERE);
    const limitMinutes = values.long ? 60 : 20;
    const jobs = WAITING.includes(area) ? { DENO_JOBS: String(Math.max(3, CPUS)) } : {};
    const options = { area, args, cwd, env: { ...env, ...jobs }, limitMinutes };
    results.set(area, await runArea({ ...options, signal: stop.signal }));
  }
  report(results, (performance.now() - begun) / 1000);
  if (stop.signal.aborted) return 130;
  return [...results.values()].some(({ failed }) => failed > 0) ? 1 : 0;
}

/** Returns the areas that have tests, so that none is forgotten. */
async function findAreas(): Promise<string[]> {
  const areas = [UNIT];
  for await (const { name, isDirectory } of Deno.readDir(HERE)) {
    if (!isDirectory) continue;
    const files = Deno.readDir(new URL(`${name}/`, HERE));
    const isTest = await Array.fromAsync(files, ({ name }) => name.endsWith("_test.ts"));
    if (isTest.includes(true)) areas.push(name);
  }
  const rank = (area: string) => ORDER.includes(area) ? ORDER.indexOf(area) : ORDER.length;
  return areas.sort((a, b) => rank(a) - rank(b));
}

/** Says what is left out, as nothing is left out in silence. */
async function leaveOutUnwanted(area: string): Promise<string[]> {
  const files = await Array.fromAsync(Deno.readDir(new URL(`${area}/`, HERE)), ({ name }) => name);
  const unwanted = files.filter(isUnwanted);
  const others = files.filter((file) => needsEngine(file) && !unwanted.includes(file));
  const noEngine = others.length > 0 ? await whyNoEngine() : undefined;
  const leftOut = [
    { why: "TEST_BROKERS does not name their broker", files: unwanted },
    { why: noEngine, files: noEngine ? others : [] },
  ];
  const paths = leftOut.filter(({ files }) => files.length > 0).flatMap(({ why, files }) => {
    const some = files.map((name) => `${area}/${name}`);
    console.log(`left out, as ${why}: ${some.join(", ")}`);
    return some;
  });
  return paths.length > 0 ? [`--ignore=${paths.join()}`] : [];
}

function report(results: ReadonlyMap<string, AreaResult>, seconds: number): void {
  console.log("\narea         passed  failed  seconds");
  let [passed, failed] = [0, 0];
  for (const [area, result] of results) {
    passed += result.passed;
    failed += result.failed;
    const numbers = [String(result.passed).padStart(6), String(result.failed).padStart(6)];
    const time = result.seconds.toFixed(1).padStart(7);
    console.log(`${area.padEnd(13)}${numbers.join("  ")}  ${time}  ${result.problem ?? ""}`);
  }
  for (const { tallies } of results.values()) {
    for (const [kind, count] of tallies) console.log(`${String(count).padStart(5)} ${kind}`);
  }
  console.log(`in all ${seconds.toFixed(1)} s, services included\n`);
  console.log(`${passed} passed, ${failed} failed`);
}

try {
  Deno.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  Deno.exit(1);
}
