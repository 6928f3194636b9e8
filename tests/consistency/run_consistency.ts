/**
 * One run of the checker: load, faults and the observer, until the load ends; then the comparison
 * with the origin, and the report. Start reading here.
 *
 * @module
 */

import { SINK_BINDING } from "@cauce/licensing";
import { request } from "../support/http.ts";
import { until } from "../support/until.ts";
import { now } from "./clock.ts";
import { runFaults } from "./faults.ts";
import { openFences } from "./fences.ts";
import { readLicense } from "./license_answer.ts";
import { createMetrics, serveMetrics } from "./metrics.ts";
import { describeNines } from "./nines.ts";
import { type Inconsistency, Observer } from "./observer.ts";
import { openOnlooker } from "./onlooker.ts";
import { createWriter } from "./organization_writer.ts";
import { findAtOrigin } from "./origin.ts";
import { Recording } from "./recording.ts";
import { type ConsistencyReport, createReport } from "./report.ts";
import { ServiceFigures } from "./service_figures.ts";
import { catchUp, compareWithOrigin } from "./settle.ts";
import { fill, runTraffic } from "./traffic.ts";
import type { WatchedSystem } from "./watched_system.ts";
import { WorkingSet } from "./working_set.ts";

/** How to run. */
export interface RunOptions {
  readonly system: WatchedSystem;
  /** So many acknowledged writes, or so long, whichever comes first. */
  readonly writes: number;
  readonly seconds: number;
  /** Ages of the observer's looks, in seconds. */
  readonly ages: readonly number[];
  /** How many organizations are under load. */
  readonly organizations: number;
  /** In a second. */
  readonly writeRate: number;
  readonly readRate: number;
  /** Δ. */
  readonly deltaMs: number;
  /** How long all is well between two faults. */
  readonly faultGapMs: number;
  /** Stops the licensing services' sinks, to see what the check says of that. */
  readonly stopsSinks: boolean;
  readonly metricsPort: number | undefined;
  /** Takes lines for a person. */
  readonly say: (line: string) => void;
  /** Ends the load. */
  readonly signal: AbortSignal;
}

/** Zipf's: the hottest organization is read and written twice as often as the second. */
const EXPONENT = 1;
const PROGRESS_MS = 5000;
const SCRAPE_MS = 1000;
const WARM_WITHIN_MS = 30_000;
/** How late a look may be, once it is due. */
const LOOKS_WITHIN_MS = 30_000;
/** So many inconsistencies are told one by one. */
const TOLD = 20;

/** Runs to the end of the load and beyond it, until nothing is open. */
export async function runConsistency(options: RunOptions): Promise<ConsistencyReport> {
  const { system, deltaMs, say } = options;
  await using opened = new AsyncDisposableStack();
  const recording = new Recording({ deltaMs, say });
  const { tally, checker, record, subjects } = recording;
  const fences = opened.use(openFences(system.cacheUrl));
  const observer = opened.use(createObserver(recording, options));
  opened.use(
    await openOnlooker(system, (change) => {
      recording.hear(change);
      observer.hear(change);
    }),
  );
  if (options.metricsPort !== undefined) {
    const registry = createMetrics({ observer, checker, tally });
    opened.use(serveMetrics(registry, options.metricsPort));
  }

  const set = new WorkingSet(options.organizations, { exponent: EXPONENT, random: Math.random });
  const writer = recording.remembering(createWriter({ ...system, record }));
  await fill({ set, writer });
  await warmUp(recording, options);
  if (options.stopsSinks) await stopSinks(system);
  const figures = new ServiceFigures();
  await figures.scrape(system.licensing);
  figures.reset();

  const begun = now();
  const over = new AbortController();
  const limit = setTimeout(() => over.abort(), Math.min(options.seconds * 1000, 2 ** 31 - 1));
  const signal = AbortSignal.any([over.signal, options.signal]);
  const progress = setInterval(() => {
    const [age = 0, counts = { checks: 0, inconsistent: 0 }] = [...observer.counts].at(-1) ?? [];
    say(
      `${((now() - begun) / 1000).toFixed(0)} s: ${tally.writes} writes, ${tally.reads} reads, ` +
        `hit ratio ${tally.hitRatio.toFixed(3)}, nines ${describeNines(counts)} at ${age} s, ` +
        `${checker.total} broken`,
    );
  }, PROGRESS_MS);
  const scraping = setInterval(() => void figures.scrape(system.licensing), SCRAPE_MS);
  const { faultTargets: targets } = system;
  const faulting = targets
    ? runFaults({ targets, record, say, signal, gapMs: options.faultGapMs })
    : Promise.resolve(0);
  try {
    await runTraffic({
      ...options,
      licensing: system.licensing,
      set,
      writer,
      record,
      tally,
      findFence: fences.find,
      signal,
    });
  } finally {
    over.abort();
    clearTimeout(limit);
    clearInterval(progress);
  }
  const faults = await faulting;
  const seconds = (now() - begun) / 1000;

  const settling = {
    system,
    subjects: [...subjects.values()],
    heard: (id: string) => recording.heard(id),
    sinksAreStopped: options.stopsSinks,
    record,
  };
  const lost = await catchUp(settling);
  await until(() => observer.open === 0, "the observer's last look", {
    timeoutMs: Math.max(...options.ages) * 1000 + LOOKS_WITHIN_MS,
    everyMs: 50,
  });
  await compareWithOrigin(settling);
  clearInterval(scraping);
  await figures.scrape(system.licensing);
  return createReport({
    seconds,
    deltaMs,
    tally,
    ages: observer.counts,
    revalidations: figures.revalidations,
    fenced: figures.fenced,
    faults,
    lost,
    broken: checker.counts,
  });
}

function createObserver(
  { record, subjects }: Recording,
  { system: { licensing, organizations }, ages, say }: RunOptions,
): Observer {
  let told = 0;
  return new Observer({
    ages,
    instances: licensing,
    async read({ organizationId: key }, instance) {
      const own = subjects.get(key);
      const path = own?.licensePath ?? `/v1/organization/${key}/license?limit=1`;
      const start = now();
      const answer = await readLicense(`${instance}${path}`);
      const read = {
        kind: "read",
        key,
        reader: undefined,
        instance,
        start,
        minVersion: 0,
      } as const;
      if (own !== undefined) record({ ...read, ...answer, end: now() });
      return answer;
    },
    findOrigin: async (id) => (await findAtOrigin(organizations, id))?.version,
    onInconsistent(found) {
      told += 1;
      if (told <= TOLD) say(describe(found));
      if (told === TOLD) say("further inconsistencies are counted only");
    },
  });
}

function describe({ organizationId, instance, age, shown, missed }: Inconsistency): string {
  return `inconsistent: version ${shown} of ${organizationId} at ${instance}, ${age} s after ` +
    `version ${missed.at(-1)} was heard of`;
}

/** Reads everything until all are hits that need no proof: a start is not to be judged as load. */
async function warmUp({ subjects }: Recording, { system, say }: RunOptions): Promise<void> {
  await until(
    async () => {
      const answers = await Promise.all(
        system.licensing.flatMap((instance) =>
          [...subjects.values()].map(({ licensePath }) => readLicense(`${instance}${licensePath}`))
        ),
      );
      return answers.every(({ cache }) => cache === "hit");
    },
    "a hit of every organization",
    { timeoutMs: WARM_WITHIN_MS, everyMs: 200 },
  ).catch(() => say("not every organization is a proven hit yet: the load begins nevertheless"));
}

async function stopSinks({ licensing }: WatchedSystem): Promise<void> {
  for (const instance of licensing) {
    const { status } = await request("POST", `${instance}/bindings/${SINK_BINDING}`, {
      body: { state: "stopped" },
    });
    if (status !== 200) throw new Error(`Cannot stop the sink of ${instance}: status ${status}`);
  }
}
