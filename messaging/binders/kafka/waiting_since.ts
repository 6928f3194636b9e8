/**
 * Finds out since when a partition's oldest waiting message waits.
 *
 * @module
 */

import type { NumericOffsets } from "../numeric_offsets.ts";
import type { Session } from "./session.ts";

// Kafka sends the first batch it finds whole, however little is asked for.
const MAX_BYTES = 1;

interface Found {
  readonly place: number;
  readonly storedAt: number;
}

/** Reads one batch a partition, and only when the place has moved since. */
export class WaitingSince {
  readonly #found = new Map<number, Found>();

  /** When the messages at these places were stored; those that cannot be read are left out. */
  async find(session: Session, places: NumericOffsets): Promise<NumericOffsets> {
    const found = await Promise.all(
      [...places].map(async ([partition, place]) => {
        const storedAt = await this.#findOne(session, { partition, place });
        return storedAt === undefined ? [] : [[partition, storedAt] as const];
      }),
    );
    return new Map(found.flat());
  }

  async #findOne(
    { group: link, topic, leaders }: Session,
    { partition, place }: { partition: number; place: number },
  ): Promise<number | undefined> {
    const known = this.#found.get(partition);
    if (known?.place === place) return known.storedAt;
    const leader = leaders.get(partition);
    if (leader === undefined) return undefined;
    const positions = new Map([[partition, place]]);
    const wanted = { leader, topic, positions, maxWaitMs: 0, maxBytes: MAX_BYTES };
    // One partition at a time: only the first one of a request gets more than it may.
    const [fetched] = await link.fetch(wanted);
    const storedAt = fetched?.deliveries[0]?.storedAt;
    if (storedAt !== undefined) this.#found.set(partition, { place, storedAt });
    return storedAt;
  }
}
