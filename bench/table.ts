/**
 * Comparisons as rows of a table.
 *
 * @module
 */

import type { Comparison, Spread } from "./rounds.ts";

/** What is measured. */
export type Unit = "messages/s" | "ms";

const NAME_WIDTH = 44;
const CELL_WIDTH = 26;

/** The table's first line. */
export const HEADER = [
  "beside".padEnd(NAME_WIDTH),
  ...["cauce min/median/max", "raw min/median/max", "ratio min/median/max"]
    .map((title) => title.padStart(CELL_WIDTH)),
].join("");

/** One line of the table. */
export function formatRow(name: string, unit: Unit, { ours, raw, ratio }: Comparison): string {
  const digits = unit === "ms" ? 2 : 0;
  return [
    name.padEnd(NAME_WIDTH),
    ...[formatSpread(ours, digits), formatSpread(raw, digits), formatSpread(ratio, 2)]
      .map((cell) => cell.padStart(CELL_WIDTH)),
    `  ${unit}`,
  ].join("");
}

function formatSpread({ min, median, max }: Spread, digits: number): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join("/");
}
