/**
 * What a sink does with one assignment: lanes for its messages, calls for its watermarks.
 *
 * @module
 */

import type { Assignment, Receiver } from "./binder.ts";
import { readHeartbeat } from "./heartbeat.ts";
import { Lanes } from "./lanes.ts";
import type { Delivery } from "./message.ts";
import { createSinkWorker, type SinkWorkerOptions } from "./sink_worker.ts";
import type { Slots } from "./slots.ts";
import type { OnWatermark, Watermark } from "./watermark.ts";
import { WatermarkCalls } from "./watermark_calls.ts";

/** What all assignments of a sink share. */
export interface SinkReceiveOptions<T> extends SinkWorkerOptions<T> {
  readonly maxInFlight: number;
  /** Undefined: heartbeats are settled, and nobody hears of them. */
  readonly onWatermark: OnWatermark | undefined;
}

/** The lanes, and what the binder is given. */
export interface SinkReceiver {
  readonly lanes: Lanes;
  /** Its drain waits for handlers and for calls of watermarks. */
  readonly receiver: Receiver;
}

/** Takes an assignment on, with the slots it shares. */
export type SinkReceive = (assignment: Assignment, slots: Slots) => SinkReceiver;

/** Builds what a sink does with each of its assignments. */
export function createSinkReceive<T>(options: SinkReceiveOptions<T>): SinkReceive {
  const { maxInFlight, watch } = options;
  const work = createSinkWorker(options);

  return (assignment, slots) => {
    const calls = createCalls(options, assignment);
    const lanes = new Lanes(assignment, {
      work,
      slots,
      maxInFlight,
      readHeartbeat: (delivery) => calls && readMark(options, assignment, delivery),
      reached: (mark) => calls?.reach(mark),
    });
    const receiver = {
      deliver: (batch: readonly Delivery[]) => lanes.deliver(batch),
      async drain() {
        await lanes.drain();
        await calls?.idle();
      },
    };
    return { lanes, receiver: watch.bound(receiver, assignment) };
  };
}

function createCalls<T>(
  { onWatermark, ...options }: SinkReceiveOptions<T>,
  assignment: Assignment,
): WatermarkCalls | undefined {
  return onWatermark && new WatermarkCalls({ ...options, assignment, onWatermark });
}

/** What a heartbeat says. One that cannot be believed says nothing: it is no message, and no dead letter. */
function readMark<T>(
  { binding, logger }: SinkReceiveOptions<T>,
  { partition }: Assignment,
  delivery: Delivery,
): Watermark | undefined {
  const mark = readHeartbeat(delivery, { partition, now: Date.now() });
  if (typeof mark !== "string") return mark;
  const { offset } = delivery;
  logger.debug("A heartbeat was let go", { binding, partition, offset, reason: mark });
  return undefined;
}
