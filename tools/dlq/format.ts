/**
 * Dead letters as a person reads them in a terminal.
 *
 * @module
 */

import type { LetterGroup, LetterView, ShownLetterView } from "@cauce/messaging/dead-letters";

const WIDEST = 60;

/** A line for each letter. */
export function formatLetters(letters: readonly LetterView[], place: string): string {
  if (letters.length === 0) return `No dead letters in ${place}`;
  return table([
    ["ID", "SINCE", "KEY", "TRIES", "STATE", "REASON"],
    ...letters.map(({ id, storedAt, key, attempts, state, edited, reason }) => [
      id,
      storedAt,
      key,
      String(attempts),
      edited ? `${state}, edited` : state,
      reason,
    ]),
  ]);
}

/** A line for each reason. */
export function formatGroups(groups: readonly LetterGroup[], place: string): string {
  if (groups.length === 0) return `No dead letters in ${place}`;
  return table([
    ["COUNT", "FIRST", "LAST", "REASON"],
    ...groups.map(({ count, firstAt, lastAt, reason }) => [
      String(count),
      new Date(firstAt).toISOString(),
      new Date(lastAt).toISOString(),
      reason,
    ]),
  ]);
}

/** All there is to know of one. */
export function formatLetter(letter: ShownLetterView): string {
  const { id, key, state, edited, reason, attempts, stackDigest, storedAt, original } = letter;
  const lines = [
    `id        ${id}`,
    `key       ${plain(key)}`,
    `state     ${edited ? `${state}, edited` : state}`,
    `reason    ${plain(reason)}`,
    `tries     ${attempts}`,
    `since     ${storedAt}`,
    `from      ${original.destination}/${original.partition}/${original.offset}`,
    `stack     ${stackDigest}`,
    ...Object.entries(letter.headers).map(([name, value]) =>
      `header    ${plain(name)}: ${plain(value)}`
    ),
    ...letter.acts.map(({ kind, by, at, correlationId }) =>
      `act       ${at} ${kind} by ${plain(by)}${correlationId ? ` (${plain(correlationId)})` : ""}`
    ),
    `payload   ${bodyOf(letter)}`,
  ];
  if (edited) lines.push(`came as   ${bodyOf(letter.came)}`);
  return lines.join("\n");
}

function bodyOf(view: LetterView | ShownLetterView["came"]): string {
  if ("payload" in view) return JSON.stringify(view.payload);
  return "text" in view ? plain(view.text) : `${view.base64} (base64)`;
}

function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => clip(plain(cell))));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0))
  );
  return cells
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd())
    .join("\n");
}

function clip(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}

/** What came from outside must not steer the terminal. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "·");
}
