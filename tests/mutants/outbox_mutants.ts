/**
 * Outboxes that look right and are not. The cases must refuse each of them.
 *
 * @module
 */

import type { OrganizationChanged } from "@cauce/contracts";
import type { Relay } from "@cauce/messaging/outbox";
import { sqlOutbox } from "@cauce/organization/store";
import { type OutboxSubject, subject, type SubjectRelayOptions } from "../support/outbox/world.ts";

/** A mutant and what it does wrong. */
export interface OutboxMutant {
  readonly title: string;
  readonly subject: OutboxSubject;
}

/** Takes rows nobody else holds: while one relay is slow with a row, another sends the next one of its key. */
const skipsLocked: OutboxMutant = {
  title: "a relay that takes rows with SKIP LOCKED",
  subject: { ...subject, createRelay: createSkippingRelay },
};

/** Remembers how far it came: a row that commits later with a smaller sequence is never seen. */
const readsBehindLast: OutboxMutant = {
  title: "a relay that reads only rows behind the last one",
  subject: {
    ...subject,
    createStore(database) {
      const store = sqlOutbox(database);
      let last = 0;
      return {
        ...store,
        async unpublished(channel, lease, limit) {
          const rows = await store.unpublished(channel, lease, limit);
          const behind = rows.filter(({ sequence }) => sequence > last);
          last = behind.at(-1)?.sequence ?? last;
          return behind;
        },
      };
    },
  },
};

/** Marks what it is about to send: when the broker refuses, nobody sends it again. */
const marksFirst: OutboxMutant = {
  title: "a relay that marks before it publishes",
  subject: {
    ...subject,
    createStore(database) {
      const store = sqlOutbox(database);
      return {
        ...store,
        async unpublished(channel, lease, limit) {
          const rows = await store.unpublished(channel, lease, limit);
          await store.markPublished(rows, lease, Date.now());
          return rows;
        },
      };
    },
  },
};

/** Lets events commit, and be published, while older ones of their keys are made to wait again. */
const locksNothing: OutboxMutant = {
  title: "an outbox that goes on while its rows are made to wait again",
  subject: {
    ...subject,
    createStore: (database) =>
      sqlOutbox({
        ...database,
        transaction: (work) =>
          database.transaction((transaction) =>
            work({
              ...transaction,
              query: (text, parameters) =>
                text.startsWith("LOCK TABLE")
                  ? Promise.resolve([])
                  : transaction.query(text, parameters),
            })
          ),
      }),
  },
};

/** All mutants that need transactions which really run at the same time. */
export const outboxMutants: readonly OutboxMutant[] = [
  skipsLocked,
  readsBehindLast,
  marksFirst,
  locksNothing,
];

function createSkippingRelay({ database, source }: SubjectRelayOptions): Relay {
  let stopped = false;
  let running: Promise<void> | undefined;

  async function publishOne(): Promise<number> {
    return await database.transaction(async (transaction) => {
      const [row] = await transaction.query<{ sequence: number; payload: string }>(
        `SELECT sequence, payload FROM outbox WHERE published_at IS NULL
         ORDER BY sequence LIMIT 1 FOR UPDATE SKIP LOCKED`,
      );
      if (row === undefined) return 0;
      await source.sendBatch([{ payload: JSON.parse(row.payload) as OrganizationChanged }]);
      await transaction.query("UPDATE outbox SET published_at = $1 WHERE sequence = $2", [
        Date.now(),
        row.sequence,
      ]);
      return 1;
    });
  }

  async function run(): Promise<void> {
    while (!stopped) {
      if (await publishOne() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  return {
    start: () => void (running ??= run()),
    status: () => ({
      partitions: [0, 1, 2, 3],
      error: undefined,
      isBound: true,
      heartbeats: [],
    }),
    republishSince: () => Promise.resolve(0),
    async [Symbol.asyncDispose]() {
      stopped = true;
      await running;
    },
  };
}
