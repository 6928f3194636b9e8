/**
 * The process that follows the channel: it runs the production sink and dies now and then.
 *
 * @module
 */

import type { OrganizationChanged } from "@cauce/contracts";
import { onOrganizationChanged, type OnOrganizationChangedDeps } from "@cauce/licensing";
import { type Message, PauseAndRetryError, type Sink, type SinkContext } from "@cauce/messaging";
import { Task } from "./agenda.ts";
import type { CacheCalls } from "./cache_call.ts";
import { CacheLink } from "./cache_link.ts";
import type { CacheNode } from "./cache_node.ts";
import { Seen } from "./coverage.ts";
import { Fault } from "./faults.ts";
import type { Partition } from "./partition.ts";
import { type Scene, Way } from "./scene.ts";
import { PAUSE_MS, STALL_MS, times } from "./times.ts";
import { ORGANIZATION_ID, PARTITION, PARTITION_COUNT } from "./truth.ts";

/** Builds the sink; a mutant builds another. */
export type CreateSink = (deps: OnOrganizationChangedDeps) => Sink<OrganizationChanged>;

/** What a messaging layer may do wrong with its sink. */
export interface SinkFlaws {
  /** An entry is done before the sink had it. */
  readonly acknowledgesFirst?: boolean;
  /** A heartbeat is told while an event before it is in work. */
  readonly overtakesEvents?: boolean;
  /** A heartbeat of one partition counts for another. */
  readonly trustsEveryPartition?: boolean;
}

/** What the sink's process works with. */
export interface SinkProcessOptions {
  readonly node: CacheNode;
  readonly partition: Partition;
  readonly cacheCalls: CacheCalls;
  readonly createSink?: CreateSink;
  readonly flaws?: SinkFlaws;
}

const CONTEXT: SinkContext = { signal: new AbortController().signal, attempt: 1, token: 1 };

/** Takes one entry after the other; what was not committed when it died comes again. */
export class SinkProcess extends Task {
  /** Called when it is cut off, and for how long. */
  onCutOff: (forMs: number) => void = () => {};
  /** Called when it was cut off and goes on. */
  onReconnected: () => void = () => {};
  readonly #scene: Scene;
  readonly #node: CacheNode;
  readonly #partition: Partition;
  readonly #cache: CacheLink;
  readonly #sink: Sink<OrganizationChanged>;
  readonly #flaws: SinkFlaws;
  #position = 0;
  #committed = 0;
  #isCutOff = false;
  #isHandling = false;
  #life = 0;

  constructor(scene: Scene, options: SinkProcessOptions) {
    super();
    const { node, partition, cacheCalls, createSink = onOrganizationChanged, flaws = {} } = options;
    this.#scene = scene;
    this.#node = node;
    this.#partition = partition;
    this.#cache = new CacheLink("sink", { way: Way.sinkToCache, calls: cacheCalls });
    this.#sink = createSink({
      cache: this.#cache,
      keepMs: times.keepMs,
      now: () => scene.agenda.now,
      observe: () => {},
    });
    this.#flaws = flaws;
  }

  begin(): void {
    this.#position = 0;
    this.#committed = 0;
    this.#isCutOff = false;
    this.#isHandling = false;
    this.#life += 1;
    this.#cache.life += 1;
  }

  /** There may be something to take. */
  wake(): void {
    const isBusy = this.isPlanned || this.#isHandling;
    if (isBusy || this.#position >= this.#partition.entries.length) return;
    this.#isCutOff = this.#scene.happens(Fault.stalls, 6);
    if (this.#isCutOff) {
      this.#scene.seen |= Seen["disconnected sink"];
      this.onCutOff(STALL_MS);
    }
    this.#plan(this.#isCutOff ? STALL_MS : this.#scene.delay(Way.toBroker));
  }

  run(): void {
    if (this.#isCutOff) this.onReconnected();
    this.#isCutOff = false;
    const entry = this.#partition.take(this.#position);
    if (entry?.kind === "event") {
      this.#handle(entry.version);
    } else {
      if (entry?.kind === "heartbeat") this.#tell(entry.time);
      this.#settle();
    }
  }

  /** A heartbeat of the other partition, where there is nothing to wait for. */
  hearOther(time: number): void {
    const partition = this.#flaws.trustsEveryPartition ? PARTITION : 1 - PARTITION;
    const mark = { partition, partitionCount: PARTITION_COUNT, time };
    this.#cache.raiseWatermark(mark).catch(() => {});
  }

  /** Ends this life of it; calls under way still reach the cache. */
  crash(): void {
    const scene = this.#scene;
    scene.operations += 1;
    scene.seen |= Seen["sink crash"];
    if (scene.history !== undefined) scene.tell("sink", "dies and starts anew");
    this.#life += 1;
    this.#cache.life += 1;
    this.#position = this.#committed;
    this.#isHandling = false;
    this.wake();
  }

  #handle(version: number): void {
    const scene = this.#scene;
    const began = { life: this.#life, losses: this.#node.losses };
    const message = {
      payload: {
        organizationId: ORGANIZATION_ID,
        version,
        action: version >= scene.truth.deletedAt ? "DELETED" : "UPDATED",
      },
      time: 0,
    } as Message<OrganizationChanged>;
    scene.operations += 1;
    this.#isHandling = true;
    if (this.#flaws.overtakesEvents) this.#overtake();
    const handled = this.#sink(message, CONTEXT);
    if (this.#flaws.acknowledgesFirst) {
      handled.catch(() => {});
      this.#onHandled(version, began);
      return;
    }
    handled.then(() => this.#onHandled(version, began), (error) => {
      if (!(error instanceof PauseAndRetryError)) scene.fail("sink", "it gives a change up");
      if (this.#life !== began.life) return;
      this.#isHandling = false;
      this.#plan(PAUSE_MS);
    });
  }

  #onHandled(version: number, began: { readonly life: number; readonly losses: number }): void {
    const scene = this.#scene;
    if (this.#life !== began.life) return;
    if (scene.happens(Fault.repeats, 5)) {
      this.crash();
      return;
    }
    if (scene.history !== undefined) scene.tell("sink", `acknowledges version ${version}`);
    if (this.#node.losses === began.losses) this.#node.raiseFloor(version);
    this.#settle();
  }

  #settle(): void {
    this.#isHandling = false;
    this.#position += 1;
    if (!this.#scene.happens(Fault.repeats, 3)) this.#committed = this.#position;
    this.wake();
  }

  #plan(delayMs: number): void {
    this.#scene.agenda.add(this, delayMs);
  }

  #overtake(): void {
    const next = this.#partition.entries[this.#position + 1];
    if (next?.kind === "heartbeat") this.#tell(next.time);
  }

  /** Keeps how far the partition is known. A failure is let go: the next heartbeat comes. */
  #tell(time: number): void {
    const mark = { partition: PARTITION, partitionCount: PARTITION_COUNT, time };
    this.#cache.raiseWatermark(mark).catch(() => {});
  }
}
