/**
 * What a run came to, for a person and for a program.
 *
 * @module
 */

import type { ViolationCounts } from "./history_checker.ts";
import { describeNines, ninesOf } from "./nines.ts";
import type { AgeCounts } from "./observer.ts";
import type { FencedTimes } from "./service_figures.ts";
import type { StatusCounts, Tally, UseCounts } from "./tally.ts";

/** One age of the observer's looks. */
export interface AgeReport extends AgeCounts {
  /** In seconds. */
  readonly age: number;
  readonly nines: number;
}

/** All figures of a run. */
export interface ConsistencyReport {
  readonly seconds: number;
  readonly ages: readonly AgeReport[];
  readonly reads: number;
  readonly uses: UseCounts;
  readonly statuses: StatusCounts;
  readonly failedReads: number;
  /** Answered by something else than a license. */
  readonly refusedReads: number;
  readonly writes: number;
  readonly unknownWrites: number;
  readonly fencesSeen: number;
  readonly hitRatio: number;
  readonly revalidations: number;
  readonly commitToFencedMs: FencedTimes;
  readonly faults: number;
  /** Changes that were not published, or not handled, long after the load. */
  readonly lost: number;
  readonly broken: ViolationCounts;
  /** Broken invariants, inconsistencies older than Δ, lost changes and refused reads together. */
  readonly violations: number;
}

/** What the figures are made of. */
export interface ReportParts {
  readonly seconds: number;
  readonly deltaMs: number;
  readonly tally: Tally;
  readonly ages: ReadonlyMap<number, AgeCounts>;
  readonly revalidations: number;
  readonly fenced: FencedTimes;
  readonly faults: number;
  readonly lost: number;
  readonly broken: ViolationCounts;
}

/** Puts the figures together. */
export function createReport(parts: ReportParts): ConsistencyReport {
  const { tally, broken, lost, deltaMs } = parts;
  const ages = [...parts.ages].map(([age, counts]) => ({ age, ...counts, nines: ninesOf(counts) }));
  const late = ages.filter(({ age }) => age * 1000 > deltaMs);
  return {
    seconds: parts.seconds,
    ages,
    reads: tally.reads,
    uses: tally.uses,
    statuses: tally.statuses,
    failedReads: tally.failedReads,
    refusedReads: tally.refusedReads,
    writes: tally.writes,
    unknownWrites: tally.unknownWrites,
    fencesSeen: tally.fences,
    hitRatio: tally.hitRatio,
    revalidations: parts.revalidations,
    commitToFencedMs: parts.fenced,
    faults: parts.faults,
    lost,
    broken,
    violations: sum(late.map(({ inconsistent }) => inconsistent)) + sum(Object.values(broken)) +
      lost + tally.refusedReads,
  };
}

/** The last line of a run. */
export function describeReport(report: ConsistencyReport): string {
  const { ages, reads, writes, violations, hitRatio, revalidations, commitToFencedMs } = report;
  const oldest = ages.at(-1);
  const parts = [
    oldest ? `nines ${describeNines(oldest)} at ${oldest.age} s` : "nines unknown",
    `reads ${reads}`,
    `writes ${writes}`,
    `violations ${violations}`,
    `hit ratio ${hitRatio.toFixed(3)}`,
    `revalidations ${revalidations}`,
    `commit → fenced p50 ${inMs(commitToFencedMs.p50)}, p99 ${inMs(commitToFencedMs.p99)}`,
  ];
  return parts.join(", ");
}

/** Everything else worth a line, before the last. */
export function describeDetails(report: ConsistencyReport): readonly string[] {
  const {
    refusedReads,
    ages,
    broken,
    uses,
    statuses,
    failedReads,
    unknownWrites,
    fencesSeen,
    lost,
    faults,
  } = report;
  return [
    ...ages.map((age) =>
      `after ${age.age} s: ${age.checks} looks, ${age.inconsistent} inconsistent, ` +
      `${age.marked} marked, ${age.failed} unanswered, nines ${describeNines(age)}`
    ),
    `reads: ${listed(uses)}; ${
      listed(statuses)
    }; ${failedReads} unanswered, ${refusedReads} refused`,
    `writes without an answer ${unknownWrites}, changes lost ${lost}, ` +
    `fences seen ${fencesSeen}, faults ${faults}`,
    `broken: ${listed(broken)}`,
  ];
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(", ");
}

function inMs(value: number | undefined): string {
  return value === undefined ? "unknown" : `${value.toFixed(1)} ms`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
