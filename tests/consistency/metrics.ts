/**
 * The checker's own figures, for Prometheus.
 *
 * @module
 */

import { Counter, Gauge, Registry } from "prom-client";
import type { HistoryChecker } from "./history_checker.ts";
import { ninesOf } from "./nines.ts";
import type { Observer } from "./observer.ts";
import type { Tally } from "./tally.ts";

/** Where the figures come from. */
export interface MetricsOptions {
  readonly observer: Pick<Observer, "counts">;
  readonly checker: HistoryChecker;
  readonly tally: Tally;
}

/** What is counted elsewhere is shown here. */
export function createMetrics({ observer, checker, tally }: MetricsOptions): Registry {
  const registry = new Registry();
  function show(name: string, help: string, labelNames: readonly string[], fill: Fill): void {
    const shared = { name, help, labelNames, registers: [registry] };
    if (name.endsWith("_total")) {
      new Counter({
        ...shared,
        collect() {
          this.reset();
          fill((labels, value) => this.inc(labels, value));
        },
      });
      return;
    }
    new Gauge({
      ...shared,
      collect() {
        fill((labels, value) => this.set(labels, value));
      },
    });
  }

  show(
    "cache_inconsistent_total",
    "Looks that showed an older version as current than the origin has, by the change's age in s",
    ["age"],
    (set) => observer.counts.forEach(({ inconsistent }, age) => set({ age }, inconsistent)),
  );
  show(
    "cache_checks_total",
    "Looks that were answered, by the change's age in s",
    ["age"],
    (set) => observer.counts.forEach(({ checks }, age) => set({ age }, checks)),
  );
  show(
    "cache_consistency_nines",
    "Consistent looks as a number of nines; without an inconsistency, what the looks show at least",
    ["age"],
    (set) => observer.counts.forEach((counts, age) => set({ age }, ninesOf(counts))),
  );
  show(
    "cache_violations_total",
    "Broken invariants of the cache protocol",
    ["invariant"],
    (set) =>
      Object.entries(checker.counts).forEach(([invariant, count]) => set({ invariant }, count)),
  );
  show(
    "cache_reads_total",
    "Reads that were answered, by how they met the cache",
    ["use"],
    (set) => Object.entries(tally.uses).forEach(([use, count]) => set({ use }, count)),
  );
  show("cache_writes_total", "Writes that were acknowledged", [], (set) => set({}, tally.writes));
  return registry;
}

type Fill = (set: (labels: Record<string, string | number>, value: number) => void) => void;

/** Serves them on the loopback until it is disposed. */
export function serveMetrics(registry: Registry, port: number): AsyncDisposable {
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async ({ url }) => {
    if (new URL(url).pathname !== "/metrics") return new Response("Not found", { status: 404 });
    return new Response(await registry.metrics(), {
      headers: { "content-type": registry.contentType },
    });
  });
  return { [Symbol.asyncDispose]: () => server.shutdown() };
}
