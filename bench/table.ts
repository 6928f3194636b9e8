/**
 * Comparisons as rows of a table.
 *
 * @module
 */

import type { Figure } from "./measurements.ts";
import type { Spread } from "./rounds.ts";

const NAME_WIDTH = 46;
const CELL_WIDTH = 25;

/** The table's first line. */
export const HEADER = [
  "beside".padEnd(NAME_WIDTH),
  ...["cauce min/median/max", "raw min/median/max", "ratio min/median/max"]
    .map((title) => title.padStart(CELL_WIDTH)),
].join("");

/** One line of the table, with what was wanted where something was. */
export function formatRow({ name, unit, comparison: { ours, raw, ratio }, goal }: Figure): string {
  const digits = unit.endsWith("/s") ? 0 : 2;
  const verdict = goal === undefined ? "" : `, ${goal.text}: ${goal.met ? "met" : "missed"}`;
  return [
    name.padEnd(NAME_WIDTH),
    ...[formatSpread(ours, digits), formatSpread(raw, digits), formatSpread(ratio, 2)]
      .map((cell) => cell.padStart(CELL_WIDTH)),
    `  ${unit}${verdict}`,
  ].join("");
}

function formatSpread({ min, median, max }: Spread, digits: number): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join("/");
}
