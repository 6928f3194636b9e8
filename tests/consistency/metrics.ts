/**
 * The checker's own figures, for Prometheus.
 *
 * @module
 */

import { Counter, Gauge, Registry } from "prom-client";
import type { HistoryChecker } from "./history_checker.ts";
import { ninesOf } from "./nines.ts";
import type { AgeCounts, Observer } from "./observer.ts";
import type { Tally } from "./tally.ts";

/** Where the figures come from. */
export interface MetricsOptions {
  readonly observer: Pick<Observer, "counts">;
  readonly checker: HistoryChecker;
  readonly tally: Tally;
}

interface Shown {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  /** By the label's values. */
  readonly values: () => Iterable<readonly [label: string | number, value: number]>;
}

/** Shows what is counted elsewhere. */
export function createMetrics(options: MetricsOptions): Registry {
  const registry = new Registry();
  for (const shown of shownFigures(options)) show(shown, registry);
  return registry;
}

function shownFigures({ observer, checker, tally }: MetricsOptions): readonly Shown[] {
  const byAge = (valueOf: (counts: AgeCounts) => number) => () =>
    [...observer.counts].map(([age, counts]) => [age, valueOf(counts)] as const);
  return [
    {
      name: "cache_inconsistent_total",
      help: "Looks that showed an older version as current than the origin has, by age in s",
      label: "age",
      values: byAge(({ inconsistent }) => inconsistent),
    },
    {
      name: "cache_checks_total",
      help: "Looks that were answered, by the change's age in s",
      label: "age",
      values: byAge(({ checks }) => checks),
    },
    {
      name: "cache_consistency_nines",
      help: "Consistent looks as a number of nines, or what they show at least",
      label: "age",
      values: byAge(ninesOf),
    },
    {
      name: "cache_violations_total",
      help: "Broken invariants of the cache protocol",
      label: "invariant",
      values: () => Object.entries(checker.counts),
    },
    {
      name: "cache_reads_total",
      help: "Reads that were answered, by how they met the cache",
      label: "use",
      values: () => Object.entries(tally.uses),
    },
    {
      name: "cache_writes_total",
      help: "Writes that were acknowledged",
      values: () => [["", tally.writes]],
    },
  ];
}

function show({ name, help, label, values }: Shown, registry: Registry): void {
  const options = { name, help, labelNames: label === undefined ? [] : [label] };
  const labels = (value: string | number) => label === undefined ? {} : { [label]: value };
  if (!name.endsWith("_total")) {
    new Gauge({
      ...options,
      registers: [registry],
      collect() {
        for (const [of, value] of values()) this.set(labels(of), value);
      },
    });
    return;
  }
  new Counter({
    ...options,
    registers: [registry],
    collect() {
      this.reset();
      for (const [of, value] of values()) this.inc(labels(of), value);
    },
  });
}

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
