/**
 * An outbox, its relay and a sink over the Redis of one test, which may lose what it confirmed.
 *
 * @module
 */

import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import {
  createMessaging,
  type Messaging,
  parseMessagingConfig,
  partitionOf,
  silentLogger,
  type Source,
} from "@cauce/messaging";
import { createRelay, type OutboxStore, type Relay } from "@cauce/messaging/outbox";
import { insertOutboxEvent, sqlOutbox } from "@cauce/organization/store";
import { openSqliteDatabase } from "./organization_database.ts";
import { until } from "./until.ts";

const SINK = "changes-in";
const HEARTBEAT_MS = 50;
const PARTITION_COUNT = organizationChanges.partitionCount;

/** What a scene is made of. */
export interface StreamsSceneOptions {
  /** Of the streams' Redis. */
  readonly url: string;
  /** Breaks what the relay works with. */
  readonly mutant?: (parts: RelayParts) => RelayParts;
}

/** What a relay works with. */
export interface RelayParts {
  readonly source: Source<OrganizationChanged>;
  readonly store: OutboxStore;
}

/** A relay and a sink at work. */
export interface StreamsScene extends AsyncDisposable {
  /** Commits a change. */
  change(id: string): Promise<void>;
  /** Waits until the broker has confirmed all changes. */
  published(): Promise<void>;
  /** Ends the relay, or starts another one on the same database. */
  stopRelay(): Promise<void>;
  startRelay(): void;
  stopSink(): Promise<void>;
  startSink(): Promise<void>;
  handled(id: string): number;
  /** Waits for a watermark of the change's partition that is of a time after it was committed. */
  toldOf(id: string): Promise<void>;
  /** Changes that were not handled when a watermark said that they were. */
  readonly untold: readonly string[];
}

/** Opens it, and waits until the sink is told of watermarks. */
export async function openStreamsScene(options: StreamsSceneOptions): Promise<StreamsScene> {
  const { url, mutant = (parts) => parts } = options;
  await using opened = new AsyncDisposableStack();
  const { database } = opened.use(await openSqliteDatabase());
  const store = sqlOutbox(database);
  const committed = new Map<string, number>();
  const handled: string[] = [];
  const told = new Map<number, number>();
  const untold: string[] = [];

  const sender = opened.use(open(url));
  const receiver = opened.use(open(url));
  let relay: Relay | undefined;
  receiver.sink(organizationChanges, ({ payload }) => {
    handled.push(payload.organizationId);
    return Promise.resolve();
  }, {
    binding: SINK,
    group: "readers",
    onWatermark({ partition, time }) {
      told.set(partition, Math.max(time, told.get(partition) ?? 0));
      for (const [id, at] of committed) {
        if (at < time && placeOf(id) === partition && !handled.includes(id)) untold.push(id);
      }
    },
  });

  const scene: StreamsScene = {
    untold,
    handled: (id) => handled.filter((one) => one === id).length,
    async change(id) {
      const payload = { organizationId: id, action: "UPDATED", version: 1, correlationId: id };
      await database.transaction((transaction) =>
        insertOutboxEvent(transaction, {
          id: crypto.randomUUID(),
          channel: organizationChanges.name,
          key: id,
          payload,
          time: Date.now(),
          traceparent: undefined,
        })
      );
      committed.set(id, Date.now());
    },
    async published() {
      await until(
        async () => (await store.backlog(organizationChanges.name)).rows === 0,
        "every change at the broker",
      );
    },
    startRelay() {
      const parts = mutant({ source: sender.source(organizationChanges), store });
      relay = createRelay({
        ...parts,
        channel: organizationChanges,
        owner: crypto.randomUUID(),
        logger: silentLogger,
        leaseMs: 1500,
        heartbeatMs: HEARTBEAT_MS,
      });
      relay.start();
    },
    async stopRelay() {
      await relay?.[Symbol.asyncDispose]();
      relay = undefined;
    },
    stopSink: () => receiver.control(SINK, "stopped"),
    startSink: () => receiver.control(SINK, "started"),
    async toldOf(id) {
      await until(
        () => (told.get(placeOf(id)) ?? 0) > (committed.get(id) ?? Infinity),
        "a watermark behind the change",
        { timeoutMs: 30_000 },
      );
    },
    async [Symbol.asyncDispose]() {
      await scene.stopRelay();
      await parts[Symbol.asyncDispose]();
    },
  };
  receiver.start();
  sender.start();
  const parts = opened.move();
  scene.startRelay();
  await until(() => told.size === PARTITION_COUNT, "watermarks of every partition", {
    timeoutMs: 30_000,
  });
  return scene;
}

function placeOf(id: string): number {
  return partitionOf(id, PARTITION_COUNT);
}

function open(url: string): Messaging {
  const env = { MESSAGING_BINDER: "redis", REDIS_URL: url };
  const bindings = [SINK, `${organizationChanges.name}-out`];
  return createMessaging({ config: parseMessagingConfig(env, { bindings }), application: "tests" });
}
