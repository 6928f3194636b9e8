/**
 * Messaging whose heartbeats a mutant takes into its own hands.
 *
 * @module
 */

import {
  createMessaging,
  type Messaging,
  type MessagingOptions,
  type OnWatermark,
} from "@cauce/messaging";
import type { Assignment, Binder, Delivery, Receiver } from "@cauce/messaging/binder";
import { delegateAssignment, delegateBinder, delegateReceiver } from "@cauce/messaging/testing";

/** What a mutant may use. */
export interface Place {
  readonly assignment: Assignment;
  readonly receiver: Receiver;
  /** Calls `onWatermark` with what the heartbeat says. */
  tell(beat: Delivery, partition: number): void;
  /** Resolves when the offset is settled. */
  reached(offset: string): Promise<void>;
}

/** Changes what the layers above the binder are given, and which settled offsets come through. */
export function meddling(
  broken: (place: Place) => Partial<Receiver>,
  passes: (offset: string, beats: ReadonlySet<string>) => boolean = () => true,
): (options: MessagingOptions) => Messaging {
  return (options) => {
    let onWatermark: OnWatermark | undefined;
    function tell(beat: Delivery, partition: number): void {
      const text = new TextDecoder().decode(beat.body);
      const partitionCount = Number(/^{"partitionCount":(\d+)}$/.exec(text)?.[1]);
      const time = Date.parse(beat.headers["ce_time"] ?? "");
      // A case may fail on purpose.
      Promise.resolve({ partition, partitionCount, time }).then(onWatermark).catch(() => {});
    }
    const meddle = (binder: Binder) =>
      delegateBinder(binder, {
        bindConsumer: (destination, place, receive) =>
          binder.bindConsumer(destination, place, (whole) => {
            const beats = new Set<string>();
            const settled = new Set<string>();
            const waiting = new Map<string, () => void>();
            const assignment = delegateAssignment(whole, {
              settle(offset) {
                settled.add(offset);
                waiting.get(offset)?.();
                if (passes(offset, beats)) whole.settle(offset);
              },
            });
            const receiver = receive(assignment);
            const noting = delegateReceiver(receiver, {
              deliver(batch) {
                for (const one of batch) if (isBeat(one)) beats.add(one.offset);
                return receiver.deliver(batch);
              },
            });
            async function reached(offset: string): Promise<void> {
              if (settled.has(offset)) return;
              await new Promise<void>((resolve) => waiting.set(offset, resolve));
            }
            return delegateReceiver(
              noting,
              broken({ assignment, receiver: noting, tell, reached }),
            );
          }),
      });
    const binders = Object.fromEntries(
      Object.entries(options.binders ?? {}).map(([name, create]) => [
        name,
        async () => meddle(await create()),
      ]),
    );
    const messaging = createMessaging({ ...options, binders });
    return {
      ...messaging,
      sink(channel, sink, sinkOptions) {
        onWatermark = sinkOptions?.onWatermark;
        messaging.sink(channel, sink, sinkOptions);
      },
    };
  };
}

/** True for a heartbeat. */
export function isBeat({ headers }: Delivery): boolean {
  return headers["ce_type"] === "cauce.heartbeat";
}
