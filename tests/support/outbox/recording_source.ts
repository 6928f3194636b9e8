/**
 * A source that remembers what it was given, and does to it what the case wants.
 *
 * @module
 */

import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import { type Heartbeat, InvalidMessageError, type Source } from "@cauce/messaging";

/** What a broker may do to a batch before it has it: wait, or throw. */
export type Meddle = (
  batch: readonly OrganizationChanged[],
  signal: AbortSignal | undefined,
) => Promise<void>;

/** A source and what the broker has by now, in order. */
export interface RecordingSource {
  readonly source: Source<OrganizationChanged>;
  readonly stored: OrganizationChanged[];
  readonly beats: readonly StoredBeat[];
}

/** A heartbeat, how much stood at the broker before it, and the epoch of its partition then. */
export interface StoredBeat extends Heartbeat {
  readonly behind: number;
  readonly stands: string | undefined;
}

/** Builds it; several may store into the same broker. */
export function createRecordingSource(
  { stored = [], meddle, epochs, partitionCount = 4 }: {
    stored?: OrganizationChanged[];
    meddle?: Meddle;
    epochs?: () => readonly string[];
    partitionCount?: number;
  } = {},
): RecordingSource {
  const beats: StoredBeat[] = [];
  const source: Source<OrganizationChanged> = {
    send: (payload, options) => source.sendBatch([{ ...options, payload }]),
    async sendBatch(items, { signal } = {}) {
      const batch = items.map(({ payload }) => validate(payload));
      await meddle?.(batch, signal);
      if (signal?.aborted) throw signal.reason;
      stored.push(...batch);
    },
    async sendHeartbeats(sent, { signal } = {}) {
      await meddle?.([], signal);
      if (signal?.aborted) throw signal.reason;
      const now = epochs?.();
      if (sent.some(({ partition, epoch }) => epoch !== undefined && epoch !== now?.[partition])) {
        throw new Error("another epoch");
      }
      beats.push(...sent.map((beat) => ({
        ...beat,
        behind: stored.length,
        stands: now?.[beat.partition],
      })));
    },
    epochs: () => Promise.resolve(epochs?.()),
    partitionCount: () => Promise.resolve(partitionCount),
  };
  return { source, stored, beats };
}

function validate(payload: unknown): OrganizationChanged {
  try {
    return organizationChanges.schema.parse(payload);
  } catch (cause) {
    throw new InvalidMessageError("payload does not fit", { cause });
  }
}

/** The versions of a key as the broker has them. */
export function versionsOf(stored: readonly OrganizationChanged[], key: string): number[] {
  return stored.filter((event) => event.organizationId === key).map((event) => event.version);
}

/** The same without repeats: where each version came first. */
export function firstVersionsOf(stored: readonly OrganizationChanged[], key: string): number[] {
  return [...new Set(versionsOf(stored, key))];
}
