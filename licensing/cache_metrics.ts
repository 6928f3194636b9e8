/**
 * What the organization cache does, in figures.
 *
 * @module
 */

import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { LookupEvent } from "./lookup_event.ts";
import type { Fenced } from "./on_organization_changed.ts";

/** Fills a registry. */
export interface CacheMetrics {
  readonly observeLookup: (event: LookupEvent) => void;
  readonly observeFenced: (fenced: Fenced) => void;
  /** Shows how old the oldest partition's watermark is whenever the registry is read. */
  readonly showWatermarkAge: (ageMs: () => number) => void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Adds the figures to a registry. */
export function createCacheMetrics(registry: Registry): CacheMetrics {
  const registers = [registry];
  const lookups = new Counter({
    name: "organization_lookups_total",
    help: "Look-ups of an organization, by what the cache did and what came of it",
    labelNames: ["cache", "status"],
    registers,
  });
  const fills = new Counter({
    name: "organization_cache_fills_total",
    help: "Fills of the cache; STALE ones were older than a change that is known",
    labelNames: ["outcome"],
    registers,
  });
  const revalidations = new Counter({
    name: "organization_revalidations_total",
    help: "Hits without proof that the origin was asked about, by what it said",
    labelNames: ["outcome"],
    registers,
  });
  const fenced = new Histogram({
    name: "organization_change_fenced_seconds",
    help: "Time from a change's commit until the cache knew of it",
    labelNames: ["outcome"],
    buckets: SECONDS,
    registers,
  });
  return {
    observeLookup(event) {
      if (event.kind === "filled") fills.inc({ outcome: event.outcome });
      else if (event.kind === "revalidated") revalidations.inc({ outcome: event.outcome });
      else lookups.inc({ cache: event.found.cache, status: event.found.status });
    },
    observeFenced: ({ outcome, sinceCommitMs }) =>
      fenced.observe({ outcome }, sinceCommitMs / 1000),
    showWatermarkAge(ageMs) {
      new Gauge({
        name: "organization_watermark_age_seconds",
        help: "How long ago the cache was last known to be told of every change, in any partition",
        registers,
        collect() {
          this.set(ageMs() / 1000);
        },
      });
    },
  };
}
