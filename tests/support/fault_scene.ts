/**
 * A fault case's surroundings: applications that send and handle numbered messages, and what they
 * are held to.
 *
 * @module
 */

import {
  createMessaging,
  type Env,
  type Messaging,
  parseMessagingConfig,
  partitionOf,
  type SinkContext,
} from "@cauce/messaging";
import { uniqueName } from "./brokers.ts";
import { faultChannel, keyOfEachPartition, PARTITION_COUNT } from "./fault_channel.ts";
import { Sender } from "./fault_traffic.ts";
import type { FaultWorld } from "./fault_worlds.ts";
import type { Numbered } from "./order_checker.ts";
import { type Kept, preciseNow, Recorder } from "./recorder.ts";
import type { TcpProxy } from "./tcp_proxy.ts";
import { until } from "./until.ts";

/** What is promised: delivery goes on so soon after a fault's end. */
export const RESUMED_MS = 10_000;

/** The group of every sink. */
export const GROUP = "g";

/** What came of a case. */
export interface Outcome extends Kept {
  /** From the fault's end until a message sent since was handled, on every partition. */
  readonly resumedMs: number;
  /** Anything else worth a line. */
  readonly note?: string;
}

/** Does a message's work; without one it is nothing. */
export type Work = (message: Numbered, context: SinkContext) => Promise<void> | void;

/** What an application is to be. */
export interface ApplicationOptions {
  /** With a sink; it may be given work to do. */
  readonly sink?: boolean | Work;
  /** With a network of its own, which can be cut. */
  readonly cuttable?: boolean;
  /** Settings of the sink's binding, by the end of their variables' names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One process's worth of messaging. Disposing it ends it in order. */
export interface Application extends AsyncDisposable {
  readonly messaging: Messaging;
  readonly sender: Sender;
  /** How many handlers began here. */
  handled(): number;
  readonly proxy: TcpProxy | undefined;
}

/** One case's surroundings. Disposing it ends every application that is left. */
export class FaultScene implements AsyncDisposable {
  readonly world: FaultWorld;
  readonly address: string;
  readonly channelName: string = uniqueName("faults");
  readonly recorder: Recorder = new Recorder();
  readonly #opened = new AsyncDisposableStack();
  #probes = 0;

  constructor(world: FaultWorld, address: string) {
    this.world = world;
    this.address = address;
  }

  /** Opens an application; resolves when its bindings run. */
  async open(options: ApplicationOptions = {}): Promise<Application> {
    const { world, address, recorder, channelName } = this;
    const { sink = false, cuttable = false } = options;
    const channel = faultChannel(channelName);
    const sinkName = `${channelName}-in`;
    const config = parseMessagingConfig(this.#env(sinkName, options.settings), {
      bindings: [`${channelName}-out`, sinkName],
    });
    const network = cuttable
      ? world.openBehindProxy(address)
      : { binder: world.openBinder(address), proxy: undefined };
    if (network.proxy) this.#opened.use(network.proxy);
    const messaging = createMessaging({
      config,
      application: "faults",
      binders: { [world.name]: () => network.binder },
    });
    let handled = 0;
    const work = typeof sink === "function" ? sink : undefined;
    if (sink !== false) {
      messaging.sink(channel, async ({ payload, position: { partition } }, context) => {
        handled += 1;
        recorder.deliver({ ...payload, partition, token: context.token, at: preciseNow() });
        await work?.(payload, context);
      }, { group: GROUP });
    }
    const sender = new Sender(messaging.source(channel), recorder);
    messaging.start();
    this.#opened.use(messaging);
    await until(
      async () => (await messaging.bindings()).every(({ state }) => state === "running"),
      "every binding to run",
    );
    return {
      messaging,
      sender,
      handled: () => handled,
      proxy: network.proxy,
      [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose](),
    };
  }

  /** Sends to every partition, and resolves with how long it took until all was handled. */
  async resumed({ sender }: Application, since = performance.now()): Promise<number> {
    const probes = keyOfEachPartition(`probe-${++this.#probes}`).map((key) => ({
      key,
      sequence: 1,
    }));
    await Promise.all([
      ...probes.map((probe) => sender.send(probe)),
      until(
        () => probes.every((probe) => this.recorder.times(probe) > 0),
        "a delivery on every partition",
        {
          timeoutMs: RESUMED_MS - (performance.now() - since),
        },
      ),
    ]);
    return performance.now() - since;
  }

  /** Sends what has the key, but is no numbered message. */
  async sendUnreadable(key: string): Promise<void> {
    await using binder = this.world.openBinder(this.address);
    const options = { partitionCount: PARTITION_COUNT, requiredGroups: [] };
    await using producer = await binder.bindProducer(this.channelName, options);
    const partition = partitionOf(key, PARTITION_COUNT);
    const body = new TextEncoder().encode("unreadable");
    await producer.send([{ key, partition, headers: {}, body }], AbortSignal.timeout(RESUMED_MS));
  }

  /** Nothing acknowledged is lost, and every key kept its order. */
  assertKept(): Promise<Kept> {
    return this.recorder.assertKept(this.world.patienceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }

  #env(sinkName: string, settings: Readonly<Record<string, string>> = {}): Env {
    const prefix = `MESSAGING_BINDINGS_${sinkName.toUpperCase().replaceAll("-", "_")}_`;
    return {
      ...this.world.env(this.address),
      MESSAGING_BINDER: this.world.name,
      ...Object.fromEntries(
        Object.entries(settings).map(([property, value]) => [`${prefix}${property}`, value]),
      ),
    };
  }
}

/** An outage is a stretch of time: there is no condition to wait for. */
export function aWhile(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
