/**
 * Mutants of sending.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { type Binder, type ProducerBinding, toBytes } from "@cauce/messaging/binder";
import { delegateBinder, delegateProducer } from "@cauce/messaging/testing";
import type { Mutant } from "./mutant.ts";

type Send = ProducerBinding["send"];

/** Binders whose `send` breaks a promise. */
export const brokenProducers: readonly Mutant[] = [
  {
    title: "acknowledges every 50th batch without storing it",
    binder: sending((send) => {
      let calls = 0;
      return (batch, signal) => (calls += 1) % 50 === 0 ? Promise.resolve() : send(batch, signal);
    }),
  },
  {
    title: "drops the last message of a batch of more than one",
    binder: sending((send) => (batch, signal) =>
      send(batch.length > 1 ? batch.slice(0, -1) : batch, signal)
    ),
  },
  {
    title: "acknowledges before it stores",
    binder: sending((send) => (batch) => {
      setTimeout(() => void send(batch, new AbortController().signal), 30);
      return Promise.resolve();
    }),
  },
  {
    title: "stores a batch backwards",
    binder: sending((send) => (batch, signal) => send([...batch].reverse(), signal)),
  },
  {
    title: "puts everything on the first partition",
    binder: sending((send) => (batch, signal) =>
      send(batch.map((message) => ({ ...message, partition: 0 })), signal)
    ),
  },
  {
    title: "stores what was aborted",
    binder: sending((send) => (batch) => send(batch, new AbortController().signal)),
  },
  {
    title: "listens to the signal of what was stored long ago",
    binder: sending((send) => (batch, signal) => {
      signal.addEventListener("abort", () => {}, { once: true });
      return send(batch, signal);
    }),
  },
  {
    title: "tells epochs and stores what is of another one",
    binder: producing((producer) => ({
      epochs: () => Promise.resolve(Array.from({ length: producer.partitionCount }, () => "e")),
    })),
  },
  {
    title: "has another epoch at each look",
    binder: producing((producer) => ({
      epochs: () =>
        Promise.resolve(
          Array.from({ length: producer.partitionCount }, () => crypto.randomUUID()),
        ),
      send(batch, signal) {
        const refused = batch.some(({ epoch }) => epoch === "0");
        return refused ? Promise.reject(new Error("another epoch")) : producer.send(batch, signal);
      },
    })),
  },
  {
    title: "forgets the headers",
    binder: sending((send) => (batch, signal) =>
      send(batch.map((message) => ({ ...message, headers: {} })), signal)
    ),
  },
  {
    title: "forgets the key",
    binder: sending((send) => (batch, signal) =>
      send(batch.map((message) => ({ ...message, key: "" })), signal)
    ),
  },
  {
    title: "writes text as Latin-1",
    binder: sending((send) => (batch, signal) =>
      send(
        batch.map((message) =>
          typeof message.body === "string"
            ? { ...message, body: Buffer.from(message.body, "latin1") }
            : message
        ),
        signal,
      )
    ),
  },
  {
    title: "takes the body for text",
    binder: sending((send) => (batch, signal) =>
      send(
        batch.map((message) => ({
          ...message,
          body: new TextEncoder().encode(new TextDecoder().decode(toBytes(message.body))),
        })),
        signal,
      )
    ),
  },
  {
    title: "accepts any number of partitions",
    binder: (binder) =>
      delegateBinder(binder, {
        async bindProducer(destination, options) {
          for (let partitionCount = 1; partitionCount <= 12; partitionCount += 1) {
            try {
              return await binder.bindProducer(destination, { ...options, partitionCount });
            } catch {
              // Another count may be the recorded one.
            }
          }
          return binder.bindProducer(destination, options);
        },
      }),
  },
  {
    title: "forgets the required groups",
    binder: (binder) =>
      delegateBinder(binder, {
        bindProducer: (destination, options) =>
          binder.bindProducer(destination, { ...options, requiredGroups: [] }),
      }),
  },
];

function sending(broken: (send: Send) => Send): (binder: Binder) => Binder {
  return producing((producer) => ({
    send: broken((batch, signal) => producer.send(batch, signal)),
  }));
}

function producing(
  broken: (producer: ProducerBinding) => Partial<ProducerBinding>,
): (binder: Binder) => Binder {
  return (binder) =>
    delegateBinder(binder, {
      async bindProducer(destination, options) {
        const producer = await binder.bindProducer(destination, options);
        return delegateProducer(producer, broken(producer));
      },
    });
}
