/**
 * What waits behind a committed position.
 *
 * @module
 */

import type { PartitionLag } from "../../binder.ts";
import { partitionsOf } from "./destination.ts";
import { streamKey } from "./keys.ts";
import type { Nodes } from "./nodes.ts";

const PAGE = 1000;
// Beyond this the exact number helps nobody, and counting would cost Redis too much.
const MAX_PAGES = 100;

/** The lag of a group on all partitions, whoever owns them. */
export function readGroupLag(
  nodes: Nodes,
  group: string,
  place: { readonly destination: string; readonly partitionCount: number },
): Promise<readonly PartitionLag[]> {
  return Promise.all(
    partitionsOf(place.partitionCount).map(async (partition) => {
      const stream = streamKey(place.destination, partition);
      const [waiting, committed, oldest] = await nodes.run(
        stream,
        (client) => client.readLag(stream, group),
      );
      // Redis before 7 does not count, and Redis 7 not where entries were deleted one by one.
      const messages = waiting >= 0 ? waiting : (await countBehind(nodes, stream, committed)).count;
      return { partition, messages, oldestStoredAt: storedAt(oldest) };
    }),
  );
}

/** What stands behind an id, by reading it. */
export async function countBehind(
  nodes: Nodes,
  stream: string,
  id: string,
): Promise<{ readonly count: number; readonly oldestStoredAt: number | undefined }> {
  let [count, last, oldest] = [0, id, ""];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const entries = await nodes.run(
      stream,
      (client) => client.xrange(stream, `(${last}`, "+", "COUNT", PAGE),
    );
    count += entries.length;
    oldest ||= entries[0]?.[0] ?? "";
    last = entries.at(-1)?.[0] ?? last;
    if (entries.length < PAGE) break;
  }
  return { count, oldestStoredAt: storedAt(oldest) };
}

function storedAt(id: string): number | undefined {
  return id === "" ? undefined : Number(id.split("-")[0]);
}
