/**
 * Counts what a run is asked for by name: the conformance cases of each binder, and the mutants.
 *
 * @module
 */

import { withoutColours } from "./test_summary.ts";

const CASE = /(?:^|=> )(memory|kafka|redis|redis cluster): (not shown here, )?.* \.\.\. ok /;
const MUTANT = /^(?:\S+ => )?.*\b(?:rejects|refuse|refuses|betrays) .* \.\.\. ok /;

/** Returns what one line of output adds to, or `undefined`: a test that passed, or anything else. */
export function tallyOf(area: string, line: string): string | undefined {
  const text = withoutColours(line);
  if (area === "conformance") {
    const [, binder, notShown] = CASE.exec(text) ?? [];
    if (binder === undefined) return undefined;
    return notShown === undefined ? `cases hold on ${binder}` : `cases not shown on ${binder}`;
  }
  if (area === "mutants" && !/\bno order of steps\b/.test(text) && MUTANT.test(text)) {
    return "mutants rejected";
  }
  return undefined;
}
