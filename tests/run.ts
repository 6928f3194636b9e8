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
import { wantedServices } from "./support/wanted_services.ts";

/** In this order. `unit` is what lies beside the sources; the rest are folders beside this file. */
const AREAS = [
  "unit",
  "support",
  "conformance",
  "mutants",
  "contract",
  "deploy",
  "system",
  "faults",
];

/** Their files may run side by side: they measure no time and end no process. */
const PARALLEL = ["unit", "conformance", "contract", "deploy"];

const USAGE = `Runs the tests against real brokers.

deno task test [options] [area ...]
  areas        ${AREAS.join(", ")}; default all
  --filter X   only tests whose name contains X (or matches /X/)
  --long       with more and longer cases (TEST_LONG=1)
  -h, --help   this text

TEST_RUNG=container or process says how brokers are started; TEST_BROKERS=kafka or redis which
ones are tested. KAFKA_BROKERS, REDIS_URL and DATABASE_URL name services that run already.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      filter: { type: "string" },
      long: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const unknown = positionals.find((name) => !AREAS.includes(name));
  if (values.help || unknown !== undefined) {
    console.error(unknown === undefined ? USAGE : `There is no area "${unknown}".\n\n${USAGE}`);
    return unknown === undefined ? 0 : 64;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }

  const areas = positionals.length > 0 ? AREAS.filter((a) => positionals.includes(a)) : AREAS;
  const wanted = areas.some((area) => area !== "unit") ? wantedServices() : [];
  const begun = performance.now();
  await using services = await openServices({ wanted, say: (line) => console.error(line) });
  const env = { ...services.env, ...(values.long ? { TEST_LONG: "1" } : {}) };
  const results = new Map<string, AreaResult>();
  for (const area of areas) {
    if (stop.signal.aborted) break;
    console.log(`\n── ${area} ${"─".repeat(Math.max(0, 90 - area.length))}`);
    const isUnit = area === "unit";
    const args = [
      ...(PARALLEL.includes(area) ? ["--parallel"] : []),
      ...(values.filter ? [`--filter=${values.filter}`, "--permit-no-files"] : []),
      ...(isUnit ? [] : [`${area}/`]),
    ];
    const cwd = new URL(isUnit ? ".." : ".", import.meta.url);
    results.set(area, await runArea({ args, cwd, env, signal: stop.signal }));
  }
  report(results, (performance.now() - begun) / 1000);
  if (stop.signal.aborted) return 130;
  return [...results.values()].some(({ failed }) => failed > 0) ? 1 : 0;
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
