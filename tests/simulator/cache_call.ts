/**
 * Calls on their way to the cache and back: late, lost, or effective after their caller gave up.
 *
 * @module
 */

import type { CacheRead, FillOutcome, InvalidateOutcome } from "@cauce/licensing";
import { Task } from "./agenda.ts";
import type { CacheNode } from "./cache_node.ts";
import { type CacheAnswer, type CacheRequest, toText } from "./cache_request.ts";
import { Seen } from "./coverage.ts";
import { Fault } from "./faults.ts";
import { type Scene, Way } from "./scene.ts";
import { CACHE_TIMEOUT_MS } from "./times.ts";

const OUT_OF_REACH = new Error("Cannot reach the cache");

/** Who calls. */
export interface CacheCaller {
  readonly name: string;
  readonly way: Way;
  /** Grows when the caller dies: answers to a dead one arrive nowhere. */
  readonly life: number;
}

/** All calls of a schedule. They are used again by the next. */
export class CacheCalls {
  readonly #scene: Scene;
  readonly #node: CacheNode;
  readonly #calls: CacheCall[] = [];
  #used = 0;

  constructor(scene: Scene, node: CacheNode) {
    this.#scene = scene;
    this.#node = node;
  }

  begin(): void {
    this.#used = 0;
  }

  /** Sends a request; rejects when the cache does not answer in time. */
  send(caller: CacheCaller, request: CacheRequest): Promise<CacheAnswer> {
    let call = this.#calls[this.#used];
    if (call === undefined) {
      call = new CacheCall(this.#scene, this.#node);
      this.#calls.push(call);
    }
    this.#used += 1;
    return call.send(caller, request);
  }
}

class CacheCall extends Task {
  readonly #scene: Scene;
  readonly #node: CacheNode;
  readonly #take = (answer: CacheAnswer) => this.#taken(answer);
  #request: CacheRequest | undefined;
  #caller: CacheCaller | undefined;
  #way: Way = Way.readerToCache;
  #life = 0;
  #floor = 0;
  /** What comes next: it takes effect, its answer arrives, or its caller has waited too long. */
  #next: "effect" | "answer" | "timeout" = "effect";
  /** The caller waits until then. */
  #until = 0;
  /** When a request that was given up takes effect all the same; Infinity for one that is lost. */
  #arrivesAt = 0;
  #isAnswerLost = false;
  #answer: CacheAnswer;
  #promise: PromiseWithResolvers<CacheAnswer> | undefined;

  constructor(scene: Scene, node: CacheNode) {
    super();
    this.#scene = scene;
    this.#node = node;
  }

  send(caller: CacheCaller, request: CacheRequest): Promise<CacheAnswer> {
    const scene = this.#scene;
    const { agenda } = scene;
    this.#request = request;
    this.#caller = caller;
    this.#way = request.kind === "readWatermarks" ? Way.toWatermarks : caller.way;
    this.#life = caller.life;
    this.#promise = Promise.withResolvers();
    const isCut = scene.happens(Fault.cacheCuts, 8);
    this.#isAnswerLost = isCut && scene.choices.below(2) === 1;
    const delayMs = isCut && !this.#isAnswerLost ? Infinity : scene.delay(this.#way);
    this.#until = agenda.now + CACHE_TIMEOUT_MS;
    this.#arrivesAt = agenda.now + delayMs;
    this.#next = this.#arrivesAt > this.#until ? "timeout" : "effect";
    agenda.add(this, Math.min(delayMs, CACHE_TIMEOUT_MS));
    return this.#promise.promise;
  }

  run(): void {
    if (this.#next === "effect") this.#apply();
    else if (this.#next === "answer") this.#reply();
    else this.#giveUp();
  }

  #apply(): void {
    const request = this.#request as CacheRequest;
    const node = this.#node;
    this.#scene.operations += 1;
    this.#floor = node.floor;
    switch (request.kind) {
      case "read":
        node.read(request.options).then(this.#take);
        break;
      case "fill":
        node.fill(request.options).then(this.#take);
        break;
      case "release":
        (node.release(request.options) as Promise<undefined>).then(this.#take);
        break;
      case "invalidate":
        node.invalidate(request.options).then(this.#take);
        break;
      case "raiseWatermark":
        node.raiseWatermark(request.options).then(this.#take);
        break;
      case "readWatermarks":
        node.readWatermarks().then(this.#take);
    }
  }

  #taken(answer: CacheAnswer): void {
    const scene = this.#scene;
    const { agenda } = scene;
    const request = this.#request as CacheRequest;
    this.#answer = answer;
    this.#judge(request, answer);
    if (scene.history !== undefined) this.#tell(request, answer);
    // Nobody waits for it any more.
    if (this.#arrivesAt > this.#until) return;
    const delayMs = this.#isAnswerLost ? Infinity : scene.delay(this.#way);
    const leftMs = this.#until - agenda.now;
    if (delayMs === 0) {
      this.#reply();
    } else {
      this.#next = delayMs > leftMs ? "timeout" : "answer";
      agenda.add(this, Math.min(delayMs, leftMs));
    }
  }

  #reply(): void {
    if (this.#caller?.life === this.#life) this.#promise?.resolve(this.#answer);
  }

  #giveUp(): void {
    const { agenda } = this.#scene;
    this.#scene.seen |= Seen["unreachable cache"];
    if (this.#caller?.life === this.#life) this.#promise?.reject(OUT_OF_REACH);
    if (this.#arrivesAt <= this.#until || this.#arrivesAt === Infinity) return;
    this.#next = "effect";
    agenda.add(this, this.#arrivesAt - agenda.now);
  }

  #judge(request: CacheRequest, answer: CacheAnswer): void {
    switch (request.kind) {
      case "read":
        this.#node.onRead(answer as CacheRead, request.options, this.#floor);
        break;
      case "fill":
        this.#node.onFill(answer as FillOutcome, request.options);
        break;
      case "invalidate":
        this.#node.onInvalidate(answer as InvalidateOutcome, request.options);
        break;
      case "raiseWatermark":
        this.#node.onWatermarkRaised(request.options);
    }
  }

  #tell(request: CacheRequest, answer: CacheAnswer): void {
    this.#scene.tell(this.#caller?.name ?? "", toText(request, answer));
  }
}
