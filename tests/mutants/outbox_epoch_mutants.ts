/**
 * Relays that do not see to what a broker may have lost. The cases must refuse each of them.
 *
 * @module
 */

import type { OutboxStore } from "@cauce/messaging/outbox";
import { type OutboxSubject, subject, type SubjectRelayOptions } from "../support/outbox/world.ts";
import type { OutboxMutant } from "./outbox_mutants.ts";

/** What the broker lost is lost. */
const trusting: OutboxMutant = {
  title: "a relay that takes a broker for one that loses nothing",
  subject: changing(({ source }) => ({
    source: { ...source, epochs: () => Promise.resolve(undefined) },
  })),
};

/** Says that all was sent while it only means to send it. */
const hasty: OutboxMutant = {
  title: "a relay that sends again what may be lost, after the next heartbeats",
  subject: changing(({ store }) => ({
    store: {
      ...store,
      republishSent(channel, time) {
        setTimeout(() => store.republishSent(channel, time), 100);
        return Promise.resolve(0);
      },
    },
  })),
};

/** Who was away knows nothing. */
const forgetful: OutboxMutant = {
  title: "a relay that forgets with its process what stored its messages",
  subject: changing(({ store }) => {
    const epochs: OutboxStore["epochs"] = () => Promise.resolve(new Map());
    return { store: { ...store, epochs, rememberEpochs: () => Promise.resolve() } };
  }),
};

/** After an outage of an hour the last minute is empty. */
const short: OutboxMutant = {
  title: "a relay that sends again what it sent in the minute before it noticed",
  subject: changing(({ store }) => ({
    store: {
      ...store,
      republishSent: (channel) => store.republishSent(channel, Date.now() - 60_000),
    },
  })),
};

/** Between a look at the broker and a heartbeat there is time. */
const unguarded: OutboxMutant = {
  title: "a relay whose heartbeats are sent whatever happened since it looked",
  subject: changing(({ source }) => ({
    source: {
      ...source,
      sendHeartbeats: (beats, sendOptions) =>
        source.sendHeartbeats(
          beats.map(({ partition, time }) => ({ partition, time })),
          sendOptions,
        ),
    },
  })),
};

/** All mutants of epochs. */
export const outboxEpochMutants: readonly OutboxMutant[] = [
  trusting,
  hasty,
  forgetful,
  short,
  unguarded,
];

function changing(
  change: (options: SubjectRelayOptions) => Partial<SubjectRelayOptions>,
): OutboxSubject {
  return {
    ...subject,
    createRelay: (options) => subject.createRelay({ ...options, ...change(options) }),
  };
}
