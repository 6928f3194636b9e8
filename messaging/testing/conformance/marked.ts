/**
 * Applications that are told of watermarks.
 *
 * @module
 */

import type { Channel } from "../../channel.ts";
import type { Heartbeat } from "../../source.ts";
import type { Watermark } from "../../watermark.ts";
import { type App, type AppOptions, type Note, startApp } from "./app.ts";
import type { World } from "./world.ts";

/** An application and what it was told. */
export interface MarkedApp {
  readonly app: App;
  /** In the order in which it was told. */
  readonly marks: readonly Watermark[];
  /** Sends notes and heartbeats, one after the other; a number is a heartbeat of partition 0. */
  send(...items: readonly (Note | Heartbeat | number)[]): Promise<void>;
}

/** Starts an application; it ends with the case. */
export function startMarked(world: World, options: AppOptions): MarkedApp {
  const marks: Watermark[] = [];
  const app = startApp(world, { onWatermark: (mark) => void marks.push(mark), ...options });
  const channel: Channel<Note> = options.channel;
  const source = app.messaging.source(channel);
  return {
    app,
    marks,
    async send(...items) {
      for (const item of items) {
        if (typeof item === "number") await source.sendHeartbeats([{ partition: 0, time: item }]);
        else if ("partition" in item) await source.sendHeartbeats([item]);
        else await source.send(item);
      }
    },
  };
}

/** Nothing of the group waits: heartbeats are settled like all else. */
export async function untilSettled(world: World, { messaging }: App): Promise<void> {
  await world.until(async () => {
    const rows = await messaging.bindings();
    return rows.every(({ direction, lag, inFlight }) =>
      direction === "source" || (lag === 0 && inFlight === 0)
    );
  }, "nothing waits");
}
