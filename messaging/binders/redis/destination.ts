/**
 * Opens a destination: how many partitions it has is recorded once, at Redis.
 *
 * @module
 */

import { PartitionCountError } from "../../errors.ts";
import type { Client } from "./connection.ts";
import { destinationKey, streamKey } from "./keys.ts";

/** Returns the recorded number of partitions, after recording `wanted` where there is none. */
export async function openDestination(
  client: Client,
  destination: string,
  wanted: number,
): Promise<number> {
  const key = destinationKey(destination);
  await client.hsetnx(key, "partitions", wanted);
  return Number(await client.hget(key, "partitions"));
}

/** As `openDestination`, and throws `PartitionCountError` when another number is recorded. */
export async function openDestinationExactly(
  client: Client,
  destination: string,
  wanted: number,
): Promise<void> {
  const found = await openDestination(client, destination, wanted);
  if (found !== wanted) throw new PartitionCountError(destination, { found, wanted });
}

/** Where a group stands and how many partitions it has to know of. */
export interface GroupPlace {
  readonly destination: string;
  readonly partitionCount: number;
  readonly startOffset: "earliest" | "latest";
}

/** Creates the group on every partition where it is missing; one that exists keeps its position. */
export async function createGroup(client: Client, group: string, place: GroupPlace): Promise<void> {
  const start = place.startOffset === "earliest" ? "0" : "$";
  await Promise.all(
    partitionsOf(place.partitionCount).map(async (partition) => {
      const key = streamKey(place.destination, partition);
      try {
        await client.xgroup("CREATE", key, group, start, "MKSTREAM");
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith("BUSYGROUP")) throw error;
      }
    }),
  );
}

/** 0 to `count` − 1. */
export function partitionsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, partition) => partition);
}
