/**
 * Drops what every group is done with, from time to time, by the owner of the partition.
 *
 * @module
 */

import type { Logger } from "../../logger.ts";
import type { RedisConfig } from "./config.ts";
import { bare } from "./connection.ts";
import type { Holding } from "./holding.ts";
import type { Nodes } from "./nodes.ts";

/** What trimming works with. */
export interface TrimmingOptions {
  readonly config: Pick<RedisConfig, "retentionMs" | "alarmLength">;
  readonly control: Nodes;
  readonly logger: Logger;
  readonly holdings: () => Iterable<Holding>;
}

const TRIM_EACH_MS = 30_000;
// One call drops at most as much as Redis deems short; more follows at once.
const CALLS_PER_ROUND = 50;

/** Trims each partition this member owns until the returned function is called. */
export function startTrimming(options: TrimmingOptions): () => void {
  let running = false;
  const round = async () => {
    if (running) return;
    running = true;
    try {
      for (const holding of options.holdings()) await trimStream(holding.stream, options);
    } catch (error) {
      options.logger.debug("Redis stream was not trimmed", { error: bare(error) });
    } finally {
      running = false;
    }
  };
  const timer = setInterval(round, TRIM_EACH_MS);
  return () => clearInterval(timer);
}

/** Trims one stream below what its slowest group needs; warns when what is left is too long. */
export async function trimStream(
  stream: string,
  { config, control, logger }: Omit<TrimmingOptions, "holdings">,
): Promise<void> {
  for (let call = 0; call < CALLS_PER_ROUND; call += 1) {
    const [dropped, left, floor] = await control.run(
      stream,
      (client) => client.trimStream(stream, config.retentionMs),
    );
    if (dropped > 0) continue;
    if (left > config.alarmLength) {
      logger.warn("Redis stream is longer than its alarm length", {
        stream,
        length: left,
        alarmLength: config.alarmLength,
        neededFrom: floor,
      });
    }
    return;
  }
}
