/**
 * What `deno test` says at its end, in numbers.
 *
 * @module
 */

/** How many tests had which end. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

// Colours arrive also where standard output is no terminal.
// deno-lint-ignore no-control-regex -- what colours are written with
const COLOURS = /\x1b\[[0-9;]*m/g;
const LAST_LINE =
  /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/;

/** A line of output as it reads. */
export function withoutColours(line: string): string {
  return line.replaceAll(COLOURS, "");
}

/** Reads one line of output; `undefined` for all but the one with the numbers. */
export function parseTestSummary(line: string): TestSummary | undefined {
  const numbers = LAST_LINE.exec(withoutColours(line));
  if (!numbers) return undefined;
  const [, passed, failed, ignored = 0] = numbers.map(Number).map((n) => n || 0);
  return { passed: passed ?? 0, failed: failed ?? 0, ignored };
}
