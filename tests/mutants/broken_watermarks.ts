/**
 * Mutants that treat heartbeats or watermarks wrongly.
 *
 * @module
 */

import {
  createMessaging,
  type Messaging,
  type MessagingOptions,
  type OnWatermark,
} from "@cauce/messaging";
import type { Delivery } from "@cauce/messaging/binder";
import { isBeat, meddling } from "./meddled_heartbeats.ts";
import type { Mutant } from "./mutant.ts";

/** Layers that break a promise about watermarks. */
export const brokenWatermarks: readonly Mutant[] = [
  {
    title: "tells of a watermark before what stands before it is settled",
    messaging: meddling(({ assignment, receiver, tell }) => ({
      deliver(batch) {
        for (const beat of batch.filter(isBeat)) tell(beat, assignment.partition);
        return receiver.deliver(batch);
      },
    })),
  },
  {
    title: "holds later messages back until a heartbeat is reached",
    messaging: meddling(({ receiver, reached }) => ({
      async deliver(batch) {
        for (const one of batch) {
          await receiver.deliver([one]);
          if (isBeat(one)) await reached(one.offset);
        }
      },
    })),
  },
  {
    title: "tells of another partition's watermark",
    messaging: telling((tell) => (mark) =>
      tell({ ...mark, partition: (mark.partition + 1) % mark.partitionCount })
    ),
  },
  {
    title: "tells every partition of each watermark",
    messaging: telling((tell) => async (mark) => {
      for (let partition = 0; partition < mark.partitionCount; partition += 1) {
        await tell({ ...mark, partition });
      }
    }),
  },
  {
    title: "loses the watermark behind a message that was tried again",
    messaging(options) {
      const messaging = createMessaging(options);
      return {
        ...messaging,
        sink(channel, sink, sinkOptions = {}) {
          let failed = false;
          messaging.sink(channel, (message, context) =>
            sink(message, context).catch((error) => {
              failed = true;
              throw error;
            }), {
            ...sinkOptions,
            onWatermark: (mark) => failed ? undefined : sinkOptions.onWatermark?.(mark),
          });
        },
      };
    },
  },
  {
    title: "hands heartbeats to the handler",
    messaging: meddling(({ receiver }) => ({
      deliver: (batch) =>
        receiver.deliver(batch.flatMap((one) => isBeat(one) ? [one, asNote(one)] : [one])),
    })),
  },
  {
    title: "dead-letters heartbeats where nobody wants them",
    messaging(options) {
      const plain = meddling(({ receiver }) => ({
        deliver: (batch) => receiver.deliver(batch.map(asEvent)),
      }))(options);
      const whole = createMessaging(options);
      return {
        ...whole,
        sink: (channel, sink, sinkOptions) =>
          (sinkOptions?.onWatermark ? whole : plain).sink(channel, sink, sinkOptions),
        start() {
          whole.start();
          plain.start();
        },
        bindings: async () => [...await whole.bindings(), ...await plain.bindings()],
        async [Symbol.asyncDispose]() {
          await plain[Symbol.asyncDispose]();
          await whole[Symbol.asyncDispose]();
        },
      };
    },
  },
  {
    title: "dead-letters a heartbeat that it cannot believe",
    messaging: meddling(({ receiver }) => ({
      deliver: (batch) =>
        receiver.deliver(batch.map((one) => isBeat(one) && !isSound(one) ? asEvent(one) : one)),
    })),
  },
  {
    title: "believes a heartbeat from the future",
    messaging: meddling(({ assignment, receiver, tell }) => ({
      deliver(batch) {
        const ahead = (one: Delivery) => Date.parse(one.headers["ce_time"] ?? "") > Date.now();
        for (const beat of batch.filter(isBeat)) if (ahead(beat)) tell(beat, assignment.partition);
        return receiver.deliver(batch);
      },
    })),
  },
  {
    title: "stops telling of watermarks at the first that cannot be taken",
    messaging: telling((tell) => {
      let failed = false;
      return async (mark) => {
        if (failed) return;
        failed = true;
        await tell(mark);
        failed = false;
      };
    }),
  },
  {
    title: "leaves heartbeats unsettled",
    messaging: meddling(({ receiver }) => ({
      deliver: (batch) => receiver.deliver(batch),
    }), (offset, beats) => !beats.has(offset)),
  },
  {
    title: "tells a sink without a group of no watermark",
    messaging(options) {
      const messaging = createMessaging(options);
      return {
        ...messaging,
        sink: (channel, sink, { onWatermark, ...rest } = {}) =>
          messaging.sink(channel, sink, {
            ...rest,
            ...(rest.group !== undefined && onWatermark && { onWatermark }),
          }),
      };
    },
  },
  {
    title: "counts heartbeats as messages that were sent",
    messaging(options) {
      const messaging = createMessaging(options);
      return {
        ...messaging,
        source(channel, sourceOptions) {
          const source = messaging.source(channel, sourceOptions);
          return {
            ...source,
            async sendHeartbeats(beats, sendOptions) {
              await source.sendHeartbeats(beats, sendOptions);
              options.observe?.({ kind: "sent", binding: "x", messages: beats.length, ms: 0 });
            },
          };
        },
      };
    },
  },
];

function telling(
  broken: (tell: OnWatermark) => OnWatermark,
): (options: MessagingOptions) => Messaging {
  return (options) => {
    const messaging = createMessaging(options);
    return {
      ...messaging,
      sink: (channel, sink, { onWatermark, ...rest } = {}) =>
        messaging.sink(channel, sink, {
          ...rest,
          ...(onWatermark && { onWatermark: broken(onWatermark) }),
        }),
    };
  };
}

function isSound({ body }: Delivery): boolean {
  return /^{"partitionCount":[1-9]}$/.test(new TextDecoder().decode(body));
}

function asEvent(delivery: Delivery): Delivery {
  return isBeat(delivery) ? { ...delivery, headers: {} } : delivery;
}

function asNote(delivery: Delivery): Delivery {
  return { ...asEvent(delivery), key: "x", body: new TextEncoder().encode('{"id":"x","n":0}') };
}
