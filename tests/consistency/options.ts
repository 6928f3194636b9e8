/**
 * The command line of `deno task consistency`.
 *
 * @module
 */

import { readOptions, refuse } from "../../dev/command_line.ts";

/** For `--help`, and for whoever mistyped something. */
export const USAGE = `Checks all the while that the cache tells the truth, under load.

deno task consistency [options]
  --seconds S          how long the load lasts (60, or as long as --writes takes)
  --writes N           ends the load after N acknowledged writes
  --forever            load until Ctrl-C
  --binder NAME        kafka or redis (redis)
  --faults             kills, flushes, cuts, freezes and pauses meanwhile
  --fault-gap S        how long all is well between two faults (20)
  --stop-sinks         stops the sinks of licensing first, to see the check fail or hits revalidated
  --attach             watches services that run: ORGANIZATION_URL, LICENSING_URL (several,
                       separated by commas), MESSAGING_BINDER with its broker's address, and
                       CACHE_REDIS_URL or REDIS_URL to see fences
  --organizations N    how many are under load (200)
  --write-rate N       writes a second, at most (80)
  --read-rate N        reads a second, at most (800)
  --ages S,S,…         when the observer looks, in seconds after a change (1,5,60)
  --metrics-port PORT  serves Prometheus metrics on 127.0.0.1
  --min-hit-ratio R    exit with 1 when the hit ratio is below
  --max-p99 MS         exit with 1 when p99 of commit → fenced is above
  --max-revalidations N  exit with 1 when there were more
  --json               one JSON document instead of the last line
  -h, --help           this text

CACHE_* variables are handed to the services; CACHE_PROOF_MS=0 switches the watermark off.
The last line: nines, reads, writes, violations. Exit 1 on a violation, 64 on a wrong option.`;

/** What was asked for. */
export interface ConsistencyOptions {
  readonly seconds: number;
  readonly writes: number;
  readonly binder: "kafka" | "redis";
  readonly faults: boolean;
  readonly faultGapMs: number;
  readonly stopsSinks: boolean;
  readonly attach: boolean;
  readonly organizations: number;
  readonly writeRate: number;
  readonly readRate: number;
  readonly ages: readonly number[];
  readonly metricsPort: number | undefined;
  readonly goals: {
    readonly minHitRatio: number;
    readonly maxP99: number;
    readonly maxRevalidations: number;
  };
  readonly json: boolean;
}

const DEFAULT_SECONDS = 60;

/** Reads the command line; ends the process where it is wrong or asks for help. */
export function parseConsistencyOptions(): ConsistencyOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const values = readOptions({
    seconds: text,
    writes: text,
    forever: flag,
    binder: { ...text, default: "redis" },
    faults: flag,
    "fault-gap": { ...text, default: "20" },
    "stop-sinks": flag,
    attach: flag,
    organizations: { ...text, default: "200" },
    "write-rate": { ...text, default: "80" },
    "read-rate": { ...text, default: "800" },
    ages: { ...text, default: "1,5,60" },
    "metrics-port": text,
    "min-hit-ratio": { ...text, default: "0" },
    "max-p99": text,
    "max-revalidations": text,
    json: flag,
  }, USAGE);

  function number(name: keyof typeof values, absent = 0): number {
    const value = values[name];
    if (value === undefined) return absent;
    const parsed = Number(value);
    if (String(value).trim() !== "" && parsed >= 0) return parsed;
    return refuse(`--${name} "${value}" is no number from 0`, USAGE);
  }
  function atLeastOne(name: keyof typeof values, absent = 0): number {
    const parsed = number(name, absent);
    return parsed >= 1 ? parsed : refuse(`--${name} "${values[name]}" is less than 1`, USAGE);
  }

  const { binder, faults, attach, forever } = values;
  if (binder !== "kafka" && binder !== "redis") refuse(`There is no binder "${binder}"`, USAGE);
  if (faults && attach) {
    refuse("--faults does nothing to services of others: leave --attach", USAGE);
  }
  const ages = parseAges(values.ages);
  const endless = forever || values.writes !== undefined;
  return {
    seconds: atLeastOne("seconds", endless ? Infinity : DEFAULT_SECONDS),
    writes: atLeastOne("writes", Infinity),
    binder,
    faults,
    faultGapMs: 1000 * number("fault-gap"),
    stopsSinks: values["stop-sinks"],
    attach,
    organizations: atLeastOne("organizations"),
    writeRate: number("write-rate"),
    readRate: atLeastOne("read-rate"),
    ages,
    metricsPort: values["metrics-port"] === undefined ? undefined : number("metrics-port"),
    goals: {
      minHitRatio: number("min-hit-ratio"),
      maxP99: number("max-p99", Infinity),
      maxRevalidations: number("max-revalidations", Infinity),
    },
    json: values.json,
  };
}

function parseAges(text: string): readonly number[] {
  const ages = text.split(",").map(Number);
  if (ages.every((age) => age > 0)) return ages.sort((a, b) => a - b);
  return refuse(`--ages "${text}" is not made of numbers above 0, separated by commas`, USAGE);
}
