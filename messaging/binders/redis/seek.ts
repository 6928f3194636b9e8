/**
 * Moves the committed position of a group. Only the owner of a partition may, so whoever seeks takes
 * each partition for a moment: it claims the lease, the owner then drains and gives it back.
 *
 * @module
 */

import { SeekError } from "../../errors.ts";
import { bare, delay } from "./connection.ts";
import { leaseKey, streamKey } from "./keys.ts";
import { LEASE_MS } from "./leases.ts";
import type { Nodes } from "./nodes.ts";

/** What seeking works with. */
export interface SeekOptions {
  readonly destination: string;
  readonly group: string;
  readonly control: Nodes;
  /** For each partition that moves, the last id that is left out. */
  readonly places: ReadonlyMap<number, string>;
  /** Asks the group's members to look around. */
  readonly nudge: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Said again with each look, so that a claim ends soon after whoever made it. */
const CLAIM_MS = 1000;
const FIRST_LOOK_MS = 5;
const LAST_LOOK_MS = 100;

/** Resolves when every position has moved. None moves after the signal aborted. */
export async function seekGroup(options: SeekOptions): Promise<void> {
  const { places, nudge } = options;
  // A name of its own: it is no member, and nobody else may commit in its place.
  const seeker = `seek:${crypto.randomUUID()}`;
  const outcomes = await Promise.allSettled(
    [...places].map(([partition, place]) =>
      movePartition(seeker, { ...options, partition, place })
    ),
  );
  await nudge();
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

async function movePartition(
  seeker: string,
  options: SeekOptions & { readonly partition: number; readonly place: string },
): Promise<void> {
  const { destination, group, control, partition, place, nudge, signal } = options;
  const stream = streamKey(destination, partition);
  const lease = leaseKey(stream, group);
  for (let lookMs = FIRST_LOOK_MS;; lookMs = Math.min(2 * lookMs, LAST_LOOK_MS)) {
    signal.throwIfAborted();
    const [epoch] = await control.run(
      stream,
      (client) => client.takePartition(stream, lease, group, seeker, LEASE_MS, CLAIM_MS),
    );
    if (epoch === 0) {
      if (lookMs === FIRST_LOOK_MS) await nudge();
      await delay(lookMs);
      continue;
    }
    try {
      const outcome = await control.run(stream, (client) => {
        signal.throwIfAborted();
        return client.commitPosition(stream, lease, group, seeker, epoch, place, -1);
      });
      if (outcome === 1) return;
    } finally {
      await control.run(lease, (client) => client.releaseLease(lease, seeker, epoch));
    }
  }
}

/** What a caller is told when it could not seek. */
export function toSeekError(
  raw: unknown,
  { destination, signal }: { readonly destination: string; readonly signal: AbortSignal },
): unknown {
  if (raw instanceof RangeError) return raw;
  const state = signal.aborted ? "it was given up" : "Redis did not carry it out";
  return new SeekError(destination, state, { cause: bare(raw) });
}
