// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task simulate`: the organization cache in millions of schedules, each from its seed.
 *
 * @module
 */

import { readOptions, refuse } from "../../dev/command_line.ts";
import { WANTED_SHARE } from "./coverage.ts";
import { explain } from "./explain.ts";
import { controls, findMutant, mutants } from "./mutants.ts";
import { type Hunted, huntMutants, simulate } from "./simulate.ts";
import type { Tally } from "./tally.ts";
import { openWorkers } from "./workers.ts";

const USAGE =
  `Runs the organization cache in many schedules: what happens when, and what goes wrong.
Each is drawn from its seed, and checked against the invariants of the cache.

deno task simulate [options]
  --schedules N  how many (100000; with --mutants 1000000)
  --seed S       of the first schedule; the others follow it (drawn)
  --workers W    threads (one for each processor)
  --mutants      look instead for a schedule that breaks each of ${mutants.length} broken protocols,
                 among N at most
  --replay SEED  tell the history of one schedule and, where it fails, of the shortest like it
  --mutant NAME  with --replay: of that mutant
  --json         one JSON document instead of tables
  -h, --help     this text`;

const PROGRESS_EVERY_MS = 5000;
const MOST_SEED = 2 ** 52;

interface Settings {
  readonly from: number;
  readonly count: number;
  readonly workers: number;
  readonly json: boolean;
}

function parseSettings() {
  const values = readOptions({
    schedules: { type: "string" },
    seed: { type: "string" },
    workers: { type: "string", default: String(navigator.hardwareConcurrency) },
    mutants: { type: "boolean", default: false },
    replay: { type: "string" },
    mutant: { type: "string" },
    json: { type: "boolean", default: false },
  }, USAGE);
  const number = (text: string, { name, least }: { name: string; least: number }) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= MOST_SEED) return value;
    return refuse(`${name} is a whole number from ${least}: "${text}" is not`, USAGE);
  };
  if (values.mutant !== undefined && findMutant(values.mutant) === undefined) {
    const names = [...mutants, ...controls].map(({ name }) => `  ${name}`);
    refuse(`There is no mutant "${values.mutant}", only\n${names.join("\n")}`, USAGE);
  }
  if (values.mutant !== undefined && values.replay === undefined) {
    refuse("--mutant needs --replay", USAGE);
  }
  const drawn = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  return {
    from: number(values.seed ?? drawn, { name: "--seed", least: 0 }),
    count: number(values.schedules ?? (values.mutants ? "1000000" : "100000"), {
      name: "--schedules",
      least: 1,
    }),
    workers: number(values.workers, { name: "--workers", least: 1 }),
    replay: values.replay && number(values.replay, { name: "--replay", least: 0 }),
    mutant: values.mutant,
    isHunt: values.mutants,
    json: values.json,
  };
}

async function main(): Promise<number> {
  const settings = parseSettings();
  if (typeof settings.replay === "number") return await replay(settings.replay, settings);
  return settings.isHunt ? await hunt(settings) : await run(settings);
}

async function run({ from, count, workers: threads, json }: Settings): Promise<number> {
  using workers = openWorkers(threads);
  const begun = performance.now();
  let toldAt = begun;
  const { tally, failures } = await simulate(workers, {
    from,
    count,
    onProgress({ schedules, failures }) {
      const now = performance.now();
      if (now - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = now;
      const rate = schedules / (now - begun) * 1000;
      console.error(
        `${format(schedules)} of ${format(count)} schedules, ${format(rate)} a second, ` +
          `${failures} violations`,
      );
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  const missing = tally.shares().filter(({ share, isWanted }) => isWanted && share < WANTED_SHARE);
  const isGood = failures.length === 0 && missing.length === 0;
  const figures = { from, count, seconds, ...summary(tally), failures };
  if (json) {
    console.log(JSON.stringify(figures));
    return isGood ? 0 : 1;
  }
  tellTally(tally);
  for (const { seed, violation } of failures) {
    console.log(`seed ${seed} breaks ${violation.invariant}: ${violation.text}`);
  }
  if (failures[0] !== undefined) await tellShrunk(failures[0].seed);
  for (const { name } of missing) console.log(`${name} occurs in less than 1 % of the schedules`);
  console.log(
    `${isGood ? "" : "FAILED: "}${format(count)} schedules from seed ${from}: ` +
      `${failures.length} violations, ${seconds.toFixed(1)} s, ${format(count / seconds)} a second`,
  );
  return isGood ? 0 : 1;
}

async function hunt({ from, count, workers: threads, json }: Settings): Promise<number> {
  using workers = openWorkers(threads);
  const width = Math.max(...mutants.map(({ name }) => name.length));
  const hunted = await huntMutants(workers, {
    from,
    count,
    onHunted: (one) => json || console.log(tellHunted(one, width)),
  });
  const survivors = hunted.filter(({ isControl, killer }) => !isControl && killer === undefined);
  const victims = hunted.filter(({ isControl, killer }) => isControl && killer !== undefined);
  const isGood = survivors.length === 0 && victims.length === 0;
  if (json) {
    console.log(JSON.stringify({ from, count, hunted }));
    return isGood ? 0 : 1;
  }
  const hardest = Math.max(...hunted.map(({ schedules }) => schedules));
  console.log(
    `${isGood ? "" : "FAILED: "}${
      mutants.length - survivors.length
    } of ${mutants.length} mutants ` +
      `killed, ${controls.length - victims.length} of ${controls.length} controls survived ` +
      `${format(hardest)} schedules from seed ${from}`,
  );
  return isGood ? 0 : 1;
}

function tellHunted({ name, isControl, killer, schedules }: Hunted, width: number): string {
  const isGood = isControl === (killer === undefined);
  const what = killer === undefined
    ? `survived ${format(schedules)} schedules`
    : `killed by seed ${killer.seed}, schedule ${
      format(schedules)
    } (${killer.violation.invariant})`;
  return `${isGood ? "ok  " : "BAD "} ${name.padEnd(width)}  ${what}`;
}

async function replay(
  seed: number,
  { mutant, json }: { readonly mutant: string | undefined; readonly json: boolean },
): Promise<number> {
  const told = await explain(seed, mutant === undefined ? {} : findMutant(mutant)?.parts);
  const { violation, history } = told.whole;
  if (json) {
    console.log(JSON.stringify({ seed, mutant, ...told }));
  } else {
    console.log(history.join("\n"));
    if (told.shrunk !== undefined) {
      console.log(`\nThe shortest that was found to fail like it:\n`);
      console.log(told.shrunk.history.join("\n"));
    }
    const verdict = violation === undefined
      ? "keeps every invariant"
      : `breaks ${violation.invariant}: ${violation.text}`;
    console.log(`\n${violation === undefined ? "" : "FAILED: "}seed ${seed} ${verdict}`);
  }
  return violation === undefined ? 0 : 1;
}

async function tellShrunk(seed: number): Promise<void> {
  const { shrunk } = await explain(seed);
  console.log(`\nSeed ${seed}, made as short as it still fails:\n`);
  console.log(`${(shrunk?.history ?? []).join("\n")}\n`);
}

function summary(tally: Tally) {
  const { schedules, operations, leastOperations, residue } = tally;
  const shares = Object.fromEntries(tally.shares().map(({ name, share }) => [name, share]));
  return { operations: operations / schedules, leastOperations, residue, shares };
}

function tellTally(tally: Tally): void {
  const { operations, leastOperations, residue } = summary(tally);
  console.log(
    `operations a schedule: ${operations.toFixed(1)} on average, ${leastOperations} at least\n`,
  );
  console.log("occurs in              of the schedules");
  for (const { name, share, isWanted } of tally.shares()) {
    const note = isWanted ? "  at least 1 %" : "";
    console.log(`${name.padEnd(24)}${(100 * share).toFixed(2).padStart(7)} %${note}`);
  }
  const { schedules, broken } = residue;
  console.log(
    `\nknown residue, counted apart: cache lost while a lagging replica answers, ` +
      `${broken} of ${format(schedules)} schedules go wrong\n`,
  );
}

function format(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

Deno.exit(await main());
