/**
 * Ratios as a bar chart: an SVG that needs nothing beside itself.
 *
 * @module
 */

import type { Figure } from "./measurements.ts";

const WIDTH = 760;
const LABELS = 310;
const ROW = 26;
const TOP = 64;
const BOTTOM = 34;
const VALUES = 60;
const COLORS = { bar: "#2f6f8f", spread: "#9db8c4", line: "#444444", text: "#222222" } as const;

/** Draws the median ratio of each figure, and a thin line from minimum to maximum. */
export function drawChart(figures: readonly Figure[], subtitle: string): string {
  const title = "Cauce beside raw clients: ratio of the same work in the same run";
  const height = TOP + figures.length * ROW + BOTTOM;
  const greatest = Math.max(1, ...figures.map(({ comparison }) => comparison.ratio.max));
  const scale = (WIDTH - LABELS - VALUES) / greatest;
  const at = (ratio: number) => (LABELS + ratio * scale).toFixed(1);
  const description = figures.map(describe).join("; ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" ` +
    `aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(`${subtitle}. ${description}.`)}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text({ x: 12, y: 24, size: 16 }, title),
    text({ x: 12, y: 44, size: 12 }, subtitle),
    ...figures.map((figure, index) => drawRow(figure, { y: TOP + index * ROW, at })),
    `<line x1="${at(1)}" x2="${at(1)}" y1="${TOP - 8}" y2="${height - BOTTOM}" ` +
    `stroke="${COLORS.line}" stroke-dasharray="4 3"/>`,
    text({ x: Number(at(1)) - 18, y: height - 14, size: 12 }, "1.00 = raw"),
    "</svg>",
    "",
  ].join("\n");
}

interface Place {
  readonly y: number;
  readonly at: (ratio: number) => string;
}

function drawRow({ name, unit, comparison: { ratio } }: Figure, { y, at }: Place): string {
  const middle = y + ROW / 2;
  return [
    text({ x: 12, y: middle + 4, size: 12 }, `${name.replace("raw ", "")}, ${unit}`),
    `<rect x="${at(0)}" y="${y + 5}" width="${(Number(at(ratio.median)) - LABELS).toFixed(1)}" ` +
    `height="${ROW - 10}" fill="${COLORS.bar}"/>`,
    `<line x1="${at(ratio.min)}" x2="${at(ratio.max)}" y1="${middle}" y2="${middle}" ` +
    `stroke="${COLORS.spread}" stroke-width="3"/>`,
    text({ x: Number(at(ratio.max)) + 8, y: middle + 4, size: 12 }, ratio.median.toFixed(2)),
  ].join("\n");
}

function describe({ name, unit, comparison: { ratio } }: Figure): string {
  return `${name}, ${unit}: ${ratio.median.toFixed(2)}`;
}

function text(
  { x, y, size }: { x: number; y: number; size: number },
  content: string,
): string {
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${COLORS.text}">${
    escape(content)
  }</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
