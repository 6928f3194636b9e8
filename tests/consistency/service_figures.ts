/**
 * What the licensing services say of themselves at `/metrics`, added up over instances and over
 * restarts.
 *
 * @module
 */

import { request } from "../support/http.ts";

/** A time that a share of the changes took at most, in ms; undefined while there are none. */
export interface FencedTimes {
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

/** One sample of a scrape: `name{labels}` and its value. */
export type Samples = ReadonlyMap<string, number>;

const FENCED = "organization_change_fenced_seconds_bucket";
const REVALIDATIONS = "organization_revalidations_total";

/** Reads Prometheus' text. */
export function parseSamples(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    const end = line.lastIndexOf(" ");
    if (end > 0 && !line.startsWith("#")) samples.set(line.slice(0, end), Number(line.slice(end)));
  }
  return samples;
}

/** Adds up what counters grew by. */
export class ServiceFigures {
  readonly #last = new Map<string, Samples>();
  readonly #sums = new Map<string, number>();

  /** Asks every service; one that does not answer is left out this time. */
  async scrape(services: readonly string[]): Promise<void> {
    await Promise.all(services.map(async (service) => {
      const answer = await request("GET", `${service}/metrics`, { timeoutMs: 2000 })
        .catch(() => undefined);
      if (answer?.status === 200) this.add(service, parseSamples(String(answer.body)));
    }));
  }

  /** Takes a scrape. A counter that fell belongs to a process that began anew. */
  add(service: string, samples: Samples): void {
    const last = this.#last.get(service);
    this.#last.set(service, samples);
    for (const [name, value] of samples) {
      if (!name.startsWith(FENCED) && !name.startsWith(REVALIDATIONS)) continue;
      const before = last?.get(name) ?? 0;
      const grown = value >= before ? value - before : value;
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + grown);
    }
  }

  /** Forgets what was counted until now: the start of a service is not part of the load. */
  reset(): void {
    this.#sums.clear();
  }

  /** Hits that were checked at the origin for want of a proof. */
  get revalidations(): number {
    return this.#sum(REVALIDATIONS);
  }

  /** From a change's commit until its fence, by the services' own histograms. */
  get fenced(): FencedTimes {
    const buckets = new Map<number, number>();
    for (const [name, value] of this.#sums) {
      const bound = name.startsWith(FENCED) ? /le="([^"]+)"/.exec(name)?.[1] : undefined;
      if (bound === undefined) continue;
      const seconds = bound === "+Inf" ? Infinity : Number(bound);
      buckets.set(seconds, (buckets.get(seconds) ?? 0) + value);
    }
    const sorted = [...buckets].sort(([a], [b]) => a - b);
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
  }

  #sum(prefix: string): number {
    let sum = 0;
    for (const [name, value] of this.#sums) if (name.startsWith(prefix)) sum += value;
    return sum;
  }
}

/** As Prometheus does: evenly spread inside a bucket. In ms, from cumulative counts. */
function quantile(buckets: readonly (readonly [number, number])[], p: number): number | undefined {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total === 0) return undefined;
  const wanted = p * total;
  let [lower, below] = [0, 0];
  for (const [upper, count] of buckets) {
    if (count >= wanted) {
      if (upper === Infinity) return lower * 1000;
      return 1000 * (lower + (upper - lower) * (wanted - below) / (count - below || 1));
    }
    [lower, below] = [upper, count];
  }
  return lower * 1000;
}
