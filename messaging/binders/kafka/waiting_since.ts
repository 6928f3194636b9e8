/**
 * Finds out since when a partition's oldest waiting message waits.
 *
 * @module
 */

import type { NumericOffsets } from "../numeric_offsets.ts";
import type { Session } from "./session.ts";

// Kafka sends the first batch whole, however little is asked for.
const MAX_BYTES = 1;

interface Found {
  readonly place: number;
  readonly storedAt: number;
}

/** Reads one batch a partition, and only when the place has moved since. */
export class WaitingSince {
  readonly #found = new Map<number, Found>();

  /** When the messages at these places were stored; those that cannot be read are left out. */
  async find(
    { group: link, topic, leaders }: Session,
    places: NumericOffsets,
  ): Promise<NumericOffsets> {
    const unknown = [...places].filter(([partition, place]) =>
      this.#found.get(partition)?.place !== place
    );
    const nodes = new Set(unknown.map(([partition]) => leaders.get(partition) ?? -1));
    await Promise.all([...nodes].map(async (leader) => {
      const positions = new Map(unknown.filter(([partition]) => leaders.get(partition) === leader));
      if (positions.size === 0) return;
      const fetched = await link.fetch({
        leader,
        topic,
        positions,
        maxWaitMs: 0,
        maxBytes: MAX_BYTES,
      });
      for (const { partition, deliveries: [first] } of fetched) {
        const place = positions.get(partition);
        if (first === undefined || place === undefined) continue;
        this.#found.set(partition, { place, storedAt: first.storedAt });
      }
    }));
    return new Map(
      [...places].flatMap(([partition, place]) => {
        const found = this.#found.get(partition);
        return found?.place === place ? [[partition, found.storedAt] as const] : [];
      }),
    );
  }
}
