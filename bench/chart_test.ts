import { match, strictEqual } from "node:assert/strict";
import { drawChart } from "./chart.ts";

Deno.test("drawChart() says in words what it shows, and lets no text become markup", () => {
  const spread = { min: 1, median: 2, max: 4 };
  const comparison = { ours: spread, raw: spread, ratio: { min: 0.5, median: 1.25, max: 2 } };

  const svg = drawChart([{ name: "raw <client> & co", unit: "messages/s", comparison }], "today");

  match(svg, /<title id="title">Cauce beside raw clients/);
  match(svg, /<desc id="description">today\. raw &lt;client&gt; &amp; co, messages\/s: 1\.25\./);
  strictEqual(svg.includes("<client>"), false);
});
