import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { parseSamples, ServiceFigures } from "./service_figures.ts";

function scrape(fast: number, all: number, revalidations = 0) {
  const name = "organization_change_fenced_seconds_bucket";
  return parseSamples([
    "# HELP organization_change_fenced_seconds Time",
    `${name}{le="0.01",outcome="RAISED",service="licensing"} ${fast}`,
    `${name}{le="0.05",outcome="RAISED",service="licensing"} ${all}`,
    `${name}{le="+Inf",outcome="RAISED",service="licensing"} ${all}`,
    `organization_revalidations_total{outcome="fresh"} ${revalidations}`,
  ].join("\n"));
}

Deno.test("ServiceFigures adds up instances and takes quantiles from their buckets", () => {
  const figures = new ServiceFigures();

  figures.add("a", scrape(50, 50));
  figures.add("b", scrape(0, 50));

  deepStrictEqual(figures.fenced, { p50: 10, p99: 49.2 });
});

Deno.test("ServiceFigures goes on counting over a restart", () => {
  const figures = new ServiceFigures();

  figures.add("a", scrape(0, 0, 7));
  figures.add("a", scrape(0, 0, 2));
  figures.add("a", scrape(0, 0, 3));

  strictEqual(figures.revalidations, 10);
});

Deno.test("ServiceFigures begins anew after a reset, and knows no quantile of nothing", () => {
  const figures = new ServiceFigures();
  figures.add("a", scrape(5, 5, 7));

  figures.reset();
  figures.add("a", scrape(5, 5, 8));

  strictEqual(figures.revalidations, 1);
  deepStrictEqual(figures.fenced, { p50: undefined, p99: undefined });
});
