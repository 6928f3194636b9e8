/**
 * Consumes a destination alone: every partition, nothing stored at Redis.
 *
 * @module
 */

import type { ConsumerBinding, ConsumerOptions } from "../../binder.ts";
import { untilAborted } from "../until_aborted.ts";
import type { ConsumerDeps } from "./consumer.ts";
import { lastIds } from "./destination.ts";
import { Holding } from "./holding.ts";
import { countBehind } from "./lag.ts";
import { createReaders } from "./readers.ts";
import { toSeekError } from "./seek.ts";
import { fromOffsets, resolvePosition, START, toOffset } from "./stream_position.ts";

/** Reads on its own. The place where it starts is fixed before this resolves. */
export async function readAlone(
  deps: ConsumerDeps,
  { startOffset, resumeAt = new Map() }: Pick<ConsumerOptions, "startOffset" | "resumeAt">,
): Promise<ConsumerBinding> {
  const { destination, control, receive } = deps;
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  let lastContactAt = Date.now();
  let left: Promise<void> | undefined;
  let seeking: Promise<void> = Promise.resolve();
  const ends = await lastIds(control, deps);
  const resumed = fromOffsets(resumeAt, ends);
  const readers = createReaders({
    ...deps,
    holdings: () => holdings,
    onNudge: () => {},
    onContact: () => lastContactAt = Date.now(),
    onHopeless: fail,
  });
  const hold = (partition: number, { id, epoch }: { id: string; epoch: number }) =>
    new Holding({
      destination,
      partition,
      epoch,
      home: undefined,
      committed: { id, entriesRead: -1 },
      provenUntil: Infinity,
      receive,
      onRoom: (holding) => readers.wake(holding),
      onSettled: () => {},
    });
  const holdings = ends.map((end, partition) => {
    const id = resumed.get(partition) ?? (startOffset === "earliest" ? START : end);
    return hold(partition, { id, epoch: 1 });
  });
  readers.start();

  /** What was taken in before ends; what follows begins at the places, or where it stood. */
  async function move(places: ReadonlyMap<number, string>, signal: AbortSignal): Promise<void> {
    await Promise.all([...places].map(async ([partition, place]) => {
      const old = holdings[partition];
      if (old === undefined) return;
      await old.drain();
      if (left !== undefined) return;
      old.end();
      const id = signal.aborted ? old.settled.id : place;
      holdings[partition] = hold(partition, { id, epoch: old.epoch + 1 });
    }));
    readers.wake();
  }

  async function leave(): Promise<void> {
    await Promise.all(holdings.map((holding) => holding.drain()));
    for (const holding of holdings) holding.end();
    await readers.stop();
  }

  return {
    failed,
    lastContactAt: () => lastContactAt,
    partitions: () => left === undefined ? holdings.map(({ partition }) => partition) : [],
    positions: () =>
      new Map(holdings.map(({ partition, settled }) => [partition, toOffset(settled.id)])),
    async seek(to, signal) {
      try {
        const ends = await untilAborted(lastIds(control, deps), signal);
        const places = resolvePosition(to, ends);
        // One after the other: each ends what the one before it began.
        seeking = seeking.then(() => move(places, signal));
        await untilAborted(seeking, signal);
      } catch (error) {
        throw toSeekError(error, { destination, signal });
      }
    },
    lag: () =>
      Promise.all(holdings.map(async ({ partition, stream, settled }) => {
        const { count, oldestStoredAt } = await countBehind(control, stream, settled.id);
        return { partition, messages: count, oldestStoredAt };
      })),
    [Symbol.asyncDispose]: () => left ??= leave(),
  };
}
