/**
 * Relays whose heartbeats claim more than is true. The cases must refuse each of them.
 *
 * @module
 */

import type { Heartbeat } from "@cauce/messaging";
import type { OutboxStore } from "@cauce/messaging/outbox";
import { type OutboxSubject, subject, type SubjectRelayOptions } from "../support/outbox/world.ts";
import type { OutboxMutant } from "./outbox_mutants.ts";

/** Whatever waits. */
const bypassing: OutboxMutant = {
  title: "a relay whose heartbeats bypass the outbox",
  subject: restamping((beats) => beats.map((beat) => ({ ...beat, time: Date.now() }))),
};

/** Takes for told what was set aside. */
const forgetful: OutboxMutant = {
  title: "a relay whose heartbeats ignore what was set aside",
  subject: {
    ...subject,
    createStore(database) {
      const store = subject.createStore(database);
      return {
        ...store,
        async oldestUnpublished(_channel, lease) {
          const rows = await database.query<{ key_hash: number; event_time: number }>(
            `SELECT key_hash, event_time FROM outbox
             WHERE published_at IS NULL AND quarantined_at IS NULL ORDER BY event_time DESC`,
          );
          return new Map(rows.map((row) => [row.key_hash % lease.partitionCount, row.event_time]));
        },
      };
    },
  },
};

/** A row that commits between the answer and the clock is not in the answer. */
const late: OutboxMutant = {
  title: "a relay that reads the clock after it asked what waits",
  subject: restamping((beats, oldest) =>
    beats.map(({ partition }) => ({
      partition,
      time: Math.min(Date.now(), oldest.get(partition) ?? Infinity),
    }))
  ),
};

/** A slow partition holds back all, or a fast one speaks for the slow one. */
const mixed: OutboxMutant = {
  title: "a relay that says of one partition what is true of another",
  subject: restamping((beats) =>
    beats.map(({ time }, index) => ({ partition: (index + 1) % beats.length, time }))
  ),
};

/** What it publishes and what it says have nothing to do with each other. */
const beside: OutboxMutant = {
  title: "a relay whose heartbeats run beside its loop",
  subject: {
    ...subject,
    createRelay(options) {
      const { heartbeatMs = 0, source } = options;
      const relay = subject.createRelay({ ...options, heartbeatMs: 0 });
      let timer: ReturnType<typeof setInterval> | undefined;
      return {
        status: () => relay.status(),
        republishSince: (time) => relay.republishSince(time),
        start() {
          relay.start();
          timer = setInterval(() => {
            const time = Date.now();
            source.sendHeartbeats([0, 1, 2, 3].map((partition) => ({ partition, time })));
          }, heartbeatMs);
        },
        async [Symbol.asyncDispose]() {
          clearInterval(timer);
          await relay[Symbol.asyncDispose]();
        },
      };
    },
  },
};

/** Says of a batch that it was sent before it was. */
const early: OutboxMutant = {
  title: "a relay that sends heartbeats before the rows it has read",
  subject: {
    ...subject,
    createRelay(options) {
      const { store, source } = options;
      const read: OutboxStore = {
        ...store,
        async unpublished(channel, lease, limit) {
          const rows = await store.unpublished(channel, lease, limit);
          const time = Date.now();
          await source.sendHeartbeats(lease.partitions.map((partition) => ({ partition, time })));
          return rows;
        },
      };
      return subject.createRelay({ ...options, store: read });
    },
  },
};

/** Where many wait in one partition, those of another are not among the first. */
const nearSighted: OutboxMutant = {
  title: "a relay that looks no further than the first thousand rows",
  subject: {
    ...subject,
    createStore(database) {
      const store = subject.createStore(database);
      return {
        ...store,
        async oldestUnpublished(_channel, lease) {
          const rows = await database.query<{ key_hash: number; event_time: number }>(
            `SELECT key_hash, event_time FROM outbox WHERE published_at IS NULL
             ORDER BY event_time LIMIT 1000`,
          );
          const latestFirst = rows.toReversed();
          return new Map(
            latestFirst.map((row) => [row.key_hash % lease.partitionCount, row.event_time]),
          );
        },
      };
    },
  },
};

/** All mutants of heartbeats. */
export const outboxHeartbeatMutants: readonly OutboxMutant[] = [
  bypassing,
  forgetful,
  nearSighted,
  late,
  mixed,
  beside,
  early,
];

type Restamp = (
  beats: readonly Heartbeat[],
  oldest: ReadonlyMap<number, number>,
) => readonly Heartbeat[];

function restamping(restamp: Restamp): OutboxSubject {
  return {
    ...subject,
    createRelay(options: SubjectRelayOptions) {
      const { store, source } = options;
      let oldest: ReadonlyMap<number, number> = new Map();
      return subject.createRelay({
        ...options,
        store: {
          ...store,
          oldestUnpublished: async (...args) => oldest = await store.oldestUnpublished(...args),
        },
        source: {
          ...source,
          sendHeartbeats: (beats, sendOptions) =>
            source.sendHeartbeats(restamp(beats, oldest), sendOptions),
        },
      });
    },
  };
}
