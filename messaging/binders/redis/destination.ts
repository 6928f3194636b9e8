/**
 * Opens a destination: how many partitions it has is recorded once, at Redis.
 *
 * @module
 */

import { PartitionCountError } from "../../errors.ts";

import { destinationKey, streamKey } from "./keys.ts";
import type { Nodes } from "./nodes.ts";
import { START } from "./stream_position.ts";

/** Returns the recorded number of partitions, after recording `wanted` where there is none. */
export async function openDestination(
  nodes: Nodes,
  destination: string,
  wanted: number,
): Promise<number> {
  const key = destinationKey(destination);
  await nodes.run(key, (client) => client.hsetnx(key, "partitions", wanted));
  return Number(await nodes.run(key, (client) => client.hget(key, "partitions")));
}

/** As `openDestination`, and throws `PartitionCountError` when another number is recorded. */
export async function openDestinationExactly(
  nodes: Nodes,
  destination: string,
  wanted: number,
): Promise<void> {
  const found = await openDestination(nodes, destination, wanted);
  if (found !== wanted) throw new PartitionCountError(destination, { found, wanted });
}

/** Where a group stands and how many partitions it has to know of. */
export interface GroupPlace {
  readonly destination: string;
  readonly partitionCount: number;
  readonly startOffset: "earliest" | "latest";
}

/** Creates the group on every partition where it is missing; one that exists keeps its position. */
export async function createGroup(nodes: Nodes, group: string, place: GroupPlace): Promise<void> {
  const start = place.startOffset === "earliest" ? "0" : "$";
  await Promise.all(
    partitionsOf(place.partitionCount).map(async (partition) => {
      const key = streamKey(place.destination, partition);
      try {
        await nodes.run(key, (client) => client.xgroup("CREATE", key, group, start, "MKSTREAM"));
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith("BUSYGROUP")) throw error;
      }
    }),
  );
}

/** The last id of each partition, also where its entry was dropped; `0-0` where there was none yet. */
export function lastIds(
  nodes: Nodes,
  { destination, partitionCount }: Pick<GroupPlace, "destination" | "partitionCount">,
): Promise<readonly string[]> {
  return Promise.all(
    partitionsOf(partitionCount).map(async (partition) => {
      const stream = streamKey(destination, partition);
      try {
        const fields = await nodes.run(stream, (client) => client.xinfo("STREAM", stream));
        const flat = fields as unknown[];
        return String(flat[flat.indexOf("last-generated-id") + 1]);
      } catch (error) {
        if (error instanceof Error && error.message.includes("no such key")) return START;
        throw error;
      }
    }),
  );
}

/** 0 to `count` − 1. */
export function partitionsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, partition) => partition);
}
