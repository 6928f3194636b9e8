/**
 * A sink of the real channel at a real binder, and somebody who writes to its destination past us.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import {
  type BinderName,
  createMemoryBroker,
  createMessaging,
  type Env,
  type Headers,
  type Message,
  parseMessagingConfig,
  silentLogger,
} from "@cauce/messaging";
import type { Assignment, Binder, Delivery } from "@cauce/messaging/binder";
import { uniqueName } from "./brokers.ts";
import { hostileGroup } from "./hostile_events.ts";
import type { Fate, HostileMessage } from "./hostile_messages.ts";
import { until } from "./until.ts";

const IN = "organization-changes-in";
/** How many the destination has. */
export const PARTITIONS = 2;
/** A busy machine may take long, and lost messages are the only reason to wait in vain. */
const PATIENCE = { timeoutMs: 60_000 };
const ADDED = /^x-(reason|attempts|stack-digest|original-(destination|partition|offset))$/;

/** Where a message stands that somebody wrote past the binder, as `<partition>/<offset>`. */
export interface Written {
  readonly place: string;
  readonly fate: Fate;
  /** For whoever reads a failure. */
  readonly what: string;
}

/** Where hostile messages are sent to. */
export interface HostileScene extends AsyncDisposable {
  /** What the sink listens to. */
  readonly destination: string;
  /** Waits for what becomes of messages that stand there, and refuses any other outcome. */
  meetWritten(batch: readonly Written[]): Promise<void>;
  /** Sends a batch, waits for what becomes of it, and refuses any other outcome. */
  meet(batch: readonly HostileMessage[]): Promise<void>;
  /** Waits until nothing waits, and refuses what came beside all that was expected. */
  settle(): Promise<void>;
}

/** Opens the sink with `env`; what lies at the broker stays there. */
export async function openHostileScene(binder: BinderName, env: Env = {}): Promise<HostileScene> {
  await using opened = new AsyncDisposableStack();
  const destination = uniqueName("hostile");
  const memory = createMemoryBroker();
  const handled = new Tally();
  const letters = new Tally();
  const { createBinder } = await import(`@cauce/messaging/binders/${binder}`);
  const stranger: Binder = opened.use(
    createBinder({ env, logger: silentLogger, clientId: uniqueName("stranger"), memory }),
  );
  const messaging = opened.use(createMessaging({
    application: "hostile",
    memory,
    config: parseMessagingConfig({
      ...env,
      MESSAGING_BINDER: binder,
      MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: destination,
    }, { bindings: [IN] }),
  }));
  messaging.sink({ ...organizationChanges, partitionCount: PARTITIONS }, (message) => {
    checkPayload(message);
    const { partition, offset } = message.position;
    handled.add(`${partition}/${offset}`, digest(message.key, message.headers, message.payload));
    return Promise.resolve();
  }, { group: hostileGroup.own, onWatermark: ({ time }) => ok(time < Date.now() + 61_000) });
  messaging.start();
  const running = async () =>
    (await messaging.bindings()).every(({ state }) => state === "running");
  await until(running, "the sink runs", PATIENCE);
  opened.use(
    await stranger.bindConsumer(`error.${destination}.${hostileGroup.own}`, {
      group: undefined,
      startOffset: "latest",
      partitionCount: 1,
    }, (assignment) => readLetters(assignment, letters)),
  );
  const producer = opened.use(
    await stranger.bindProducer(destination, { partitionCount: PARTITIONS, requiredGroups: [] }),
  );
  const stack = opened.move();
  const total = { "handled": 0, "dead letter": 0, "let go": 0 };

  return {
    destination,
    async meetWritten(batch) {
      for (const { fate } of batch) total[fate] += 1;
      const tallies = { "handled": handled, "dead letter": letters };
      const missing = () =>
        batch.filter(({ place, fate }) => fate !== "let go" && !tallies[fate].has(place));
      await until(() => missing().length === 0, "each place is handled or a dead letter", PATIENCE)
        .catch((error) => {
          const left = missing().map(({ what, fate }) => `${what}: ${fate}`);
          throw new Error(`${error.message}; ${left.join(", ")}`, { cause: error });
        });
      deepStrictEqual([handled.size, letters.size], [total.handled, total["dead letter"]]);
    },
    async meet(batch) {
      const expected = Map.groupBy(batch, ({ fate }) => fate);
      for (const [fate, messages] of expected) total[fate] += messages.length;
      const outgoing = batch.map((message, index) => ({
        ...message,
        partition: index % PARTITIONS,
      }));
      await producer.send(outgoing, AbortSignal.timeout(PATIENCE.timeoutMs));
      await until(
        () => handled.size >= total.handled && letters.size >= total["dead letter"],
        "each message is handled or a dead letter",
        PATIENCE,
      ).catch((error) => {
        throw new Error(`${error.message}; ${handled.size} and ${letters.size}`, { cause: error });
      });
      const wanted = (messages: readonly HostileMessage[] = []) =>
        messages.map(({ key, headers, body }) => digest(key, headers, body)).sort();
      deepStrictEqual(letters.take(), wanted(expected.get("dead letter")));
      const payloads = (expected.get("handled") ?? []).map(({ key, headers, body }) =>
        digest(key, headers, payloadIn(body))
      );
      deepStrictEqual(handled.take(), payloads.sort());
    },
    async settle() {
      await until(
        async () => {
          const [sink] = await messaging.bindings();
          return sink?.state === "running" && sink.lag === 0 && sink.inFlight === 0;
        },
        "nothing waits",
        PATIENCE,
      );
      deepStrictEqual([handled.size, letters.size], [total.handled, total["dead letter"]]);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What arrived, once for each position: a broker may deliver again what it had delivered. */
class Tally {
  readonly #seen = new Set<string>();
  #fresh: string[] = [];

  get size(): number {
    return this.#seen.size;
  }

  add(position: string, what: string): void {
    if (this.#seen.has(position)) return;
    this.#seen.add(position);
    this.#fresh.push(what);
  }

  has(position: string): boolean {
    return this.#seen.has(position);
  }

  /** What came since it was asked last. */
  take(): readonly string[] {
    const fresh = this.#fresh.sort();
    this.#fresh = [];
    return fresh;
  }
}

function readLetters(assignment: Assignment, letters: Tally) {
  return {
    deliver(batch: readonly Delivery[]) {
      for (const { key, headers, body, offset } of batch) {
        const place = `${headers["x-original-partition"]}/${headers["x-original-offset"]}`;
        letters.add(place, digest(key, headers, body));
        assignment.settle(offset);
      }
      return Promise.resolve();
    },
    drain: () => Promise.resolve(),
  };
}

function checkPayload({ payload }: Message<OrganizationChanged>): void {
  ok(Number.isSafeInteger(payload.version) && payload.version > 0);
  deepStrictEqual(Object.keys(payload).sort(), [
    "action",
    "correlationId",
    "organizationId",
    "version",
  ]);
  strictEqual((payload as { admin?: unknown }).admin, undefined);
  strictEqual(({} as { admin?: unknown }).admin, undefined);
}

function payloadIn(body: Uint8Array): OrganizationChanged {
  const event = JSON.parse(new TextDecoder().decode(body));
  return organizationChanges.schema.parse(event.data ?? event);
}

/** Equal for equal messages, whatever the order of headers; without those that a dead letter adds. */
function digest(key: string, headers: Headers, content: Uint8Array | OrganizationChanged): string {
  const kept = Object.entries(headers).filter(([name]) => !ADDED.test(name)).sort();
  const text = content instanceof Uint8Array
    ? createHash("sha256").update(content).digest("hex")
    : JSON.stringify(Object.entries(content).sort());
  return JSON.stringify([key, kept, text]);
}
