/**
 * Lanes: order by key, parallel across keys, and only a contiguous prefix settled. Once, for every binder.
 *
 * Each key is a lane; a lane has one message in work at a time. A message that is to be tried again
 * blocks its own lane and gives its slot to others meanwhile.
 *
 * @module
 */

import type { Assignment, Receiver } from "./binder.ts";
import { isHeartbeat } from "./heartbeat.ts";
import type { Delivery } from "./message.ts";
import type { Slots, Starter } from "./slots.ts";
import type { Watermark } from "./watermark.ts";
import { type Placed, Window } from "./window.ts";

/** What became of one try. */
export type Verdict =
  /** The message is handled or safe elsewhere. */
  | { readonly kind: "done" }
  /** Try it again after a while. */
  | { readonly kind: "retry"; readonly afterMs: number }
  /** Its key stops here: neither it nor the later ones are settled by this member. */
  | { readonly kind: "park" };

/** A message in work, kept over its tries. */
export interface Work {
  readonly delivery: Delivery;
  readonly assignment: Assignment;
  /** Tries that counted, this one included. */
  attempt: number;
  /** The worker's own notes, kept from one try to the next. */
  memo: unknown;
}

/** Does one try. Never rejects. */
export type Worker = (work: Work) => Promise<Verdict>;

/** What lanes work with. */
export interface LanesOptions {
  readonly work: Worker;
  readonly slots: Slots;
  /** Uncommitted messages at which the partition waits. */
  readonly maxInFlight: number;
  /** What a heartbeat says; undefined when nobody wants to know, or it cannot be believed. */
  readonly readHeartbeat: (delivery: Delivery) => Watermark | undefined;
  /** Everything before the heartbeat is settled. */
  readonly reached: (mark: Watermark) => void;
}

interface Item extends Work, Placed {
  readonly lane: Lane;
  ended: boolean;
}

interface Lane {
  readonly key: string;
  readonly waiting: Item[];
  /** One of its messages runs, backs off or is parked. */
  blocked: boolean;
}

/** The receiver of one assignment. */
export class Lanes implements Receiver, Starter {
  readonly #assignment: Assignment;
  readonly #options: LanesOptions;
  readonly #window = new Window();
  #lanes = new Map<string, Lane>();
  #ready: Lane[] = [];
  #timers = new Map<ReturnType<typeof setTimeout>, Item>();
  #running = 0;
  #ending = false;
  #batch: readonly Delivery[] = [];
  #next = 0;
  #room: PromiseWithResolvers<void> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(assignment: Assignment, options: LanesOptions) {
    this.#assignment = assignment;
    this.#options = options;
    assignment.signal.addEventListener("abort", () => this.#end(), { once: true });
    if (assignment.signal.aborted) this.#end();
  }

  /** Messages accepted and not yet settled. */
  get inFlight(): number {
    return this.#window.size;
  }

  /** The first message that is not settled. */
  get oldest(): Delivery | undefined {
    return this.#window.oldest;
  }

  deliver(batch: readonly Delivery[]): Promise<void> {
    if (this.#ending) return Promise.resolve();
    this.#batch = batch;
    this.#next = 0;
    this.#accept();
    if (this.#hasRoom()) return Promise.resolve();
    this.#room = Promise.withResolvers();
    return this.#room.promise;
  }

  drain(): Promise<void> {
    this.#end();
    if (this.#running === 0) return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Looks again whether `deliver` may go on, as after a pause. */
  resume(): void {
    this.#makeRoom();
  }

  startOne(): boolean {
    const lane = this.#ready.shift();
    const item = lane?.waiting.shift();
    if (item === undefined) return false;
    this.#start(item);
    return true;
  }

  #hasRoom(): boolean {
    return this.#ending || (this.#next >= this.#batch.length && !this.#options.slots.paused);
  }

  #makeRoom(): void {
    if (this.#room === undefined || !this.#hasRoom()) return;
    this.#room.resolve();
    this.#room = undefined;
  }

  /** Takes from the batch what the limit allows. */
  #accept(): void {
    const { maxInFlight, slots } = this.#options;
    while (this.#next < this.#batch.length && this.inFlight < maxInFlight) {
      const delivery = this.#batch[this.#next];
      this.#next += 1;
      if (delivery !== undefined) this.#enter(delivery);
    }
    if (this.#ready.length > 0) slots.want(this);
  }

  #enter(delivery: Delivery): void {
    if (isHeartbeat(delivery.headers)) {
      this.#window.addHeartbeat(delivery, this.#options.readHeartbeat(delivery));
      return this.#settle();
    }
    const lane = this.#laneOf(delivery.key);
    const assignment = this.#assignment;
    const item: Item = {
      delivery,
      assignment,
      lane,
      attempt: 0,
      memo: undefined,
      ended: false,
      mark: undefined,
    };
    this.#window.add(item);
    lane.waiting.push(item);
    this.#offer(lane);
  }

  #laneOf(key: string): Lane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane = { key, waiting: [], blocked: false };
    // Without a key there is no order to keep: each such message has a lane of its own.
    if (key !== "") this.#lanes.set(key, lane);
    return lane;
  }

  #offer(lane: Lane): void {
    if (lane.blocked || lane.waiting.length === 0) return;
    lane.blocked = true;
    this.#ready.push(lane);
  }

  #start(item: Item): void {
    this.#running += 1;
    item.attempt += 1;
    this.#options.work(item).then((verdict) => this.#judge(item, verdict));
  }

  #judge(item: Item, verdict: Verdict): void {
    this.#running -= 1;
    // After a loss or a drain a message that is not done belongs to the next owner.
    if (verdict.kind === "done") this.#finish(item);
    else if (verdict.kind === "retry" && !this.#ending) this.#backOff(item, verdict.afterMs);
    if (this.#ending && this.#running === 0) this.#drained?.resolve();
    this.#options.slots.free();
  }

  #backOff(item: Item, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      item.lane.waiting.unshift(item);
      this.#ready.push(item.lane);
      this.#options.slots.want(this);
    }, afterMs);
    this.#timers.set(timer, item);
  }

  #finish(item: Item): void {
    item.ended = true;
    const { lane } = item;
    lane.blocked = false;
    if (lane.waiting.length === 0) this.#lanes.delete(lane.key);
    else if (!this.#ending) this.#offer(lane);
    this.#settle();
    if (this.#ending) return;
    this.#accept();
    this.#makeRoom();
  }

  /** Settles the contiguous prefix, with one call for all that became contiguous. */
  #settle(): void {
    const prefix = this.#window.settle();
    if (prefix === undefined || this.#assignment.signal.aborted) return;
    this.#assignment.settle(prefix.offset);
    if (prefix.mark !== undefined) this.#options.reached(prefix.mark);
  }

  #end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#options.slots.forget(this);
    this.#ready = [];
    for (const timer of this.#timers.keys()) clearTimeout(timer);
    this.#timers.clear();
    this.#makeRoom();
  }
}
