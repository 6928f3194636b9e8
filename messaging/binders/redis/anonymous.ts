/**
 * Consumes a destination alone: every partition, nothing stored at Redis.
 *
 * @module
 */

import type { ConsumerBinding, ConsumerOptions } from "../../binder.ts";
import { SeekError } from "../../errors.ts";
import type { ConsumerDeps } from "./consumer.ts";
import { partitionsOf } from "./destination.ts";
import { Holding } from "./holding.ts";
import { streamKey } from "./keys.ts";
import { countBehind } from "./lag.ts";
import type { Nodes } from "./nodes.ts";
import { createReaders } from "./readers.ts";

/** Reads on its own. The place where it starts is fixed before this resolves. */
export async function readAlone(
  deps: ConsumerDeps,
  startOffset: ConsumerOptions["startOffset"],
): Promise<ConsumerBinding> {
  const { destination, partitionCount, control, receive } = deps;
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  let lastContactAt = Date.now();
  let left: Promise<void> | undefined;
  const starts = await Promise.all(
    partitionsOf(partitionCount).map((partition) =>
      startOffset === "earliest" ? "0-0" : lastIdOf(control, streamKey(destination, partition))
    ),
  );
  const readers = createReaders({
    ...deps,
    holdings: () => holdings,
    onNudge: () => {},
    onContact: () => lastContactAt = Date.now(),
    onHopeless: fail,
  });
  const holdings = starts.map((id, partition) =>
    new Holding({
      destination,
      partition,
      epoch: 1,
      home: undefined,
      committed: { id, entriesRead: -1 },
      provenUntil: Infinity,
      receive,
      onRoom: (holding) => readers.wake(holding),
      onSettled: () => {},
    })
  );
  readers.start();

  async function leave(): Promise<void> {
    await Promise.all(holdings.map((holding) => holding.drain()));
    for (const holding of holdings) holding.end();
    await readers.stop();
  }

  return {
    failed,
    lastContactAt: () => lastContactAt,
    partitions: () => left === undefined ? holdings.map(({ partition }) => partition) : [],
    positions: () => new Map(),
    seek: () => Promise.reject(new SeekError(destination, "the redis binder cannot seek")),
    lag: () =>
      Promise.all(holdings.map(async ({ partition, stream, settled }) => {
        const { count, oldestStoredAt } = await countBehind(control, stream, settled.id);
        return { partition, messages: count, oldestStoredAt };
      })),
    [Symbol.asyncDispose]: () => left ??= leave(),
  };
}

async function lastIdOf(nodes: Nodes, stream: string): Promise<string> {
  try {
    const fields = await nodes.run(stream, (client) => client.xinfo("STREAM", stream)) as unknown[];
    return String(fields[fields.indexOf("last-generated-id") + 1]);
  } catch (error) {
    if (error instanceof Error && error.message.includes("no such key")) return "0-0";
    throw error;
  }
}
