/**
 * The origin as a process sees it: answers that are late, from a replica that lags, or missing.
 *
 * @module
 */

import type { OrganizationOrigin, OriginAnswer } from "@cauce/licensing";
import { Task } from "./agenda.ts";
import { Seen } from "./coverage.ts";
import { Fault } from "./faults.ts";
import { type Scene, Way } from "./scene.ts";
import { LAG_MS, ORIGIN_TIMEOUT_MS } from "./times.ts";

type Answer = OriginAnswer | "unchanged";

/** All requests of a schedule. They are used again by the next. */
export class OriginCalls {
  /** Whether reads are served by a replica. Where the cache may lose fences, they must not be. */
  mayLag = false;
  readonly #scene: Scene;
  readonly #calls: OriginCall[] = [];
  #used = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  begin({ mayLag }: { readonly mayLag: boolean }): void {
    this.#used = 0;
    this.mayLag = mayLag;
  }

  send(caller: OriginLink, known: number | undefined): Promise<Answer> {
    let call = this.#calls[this.#used];
    if (call === undefined) {
      call = new OriginCall(this.#scene);
      this.#calls.push(call);
    }
    this.#used += 1;
    return call.send(caller, { known, mayLag: this.mayLag });
  }
}

/** The origin of one process. */
export class OriginLink implements OrganizationOrigin {
  readonly isReachable = true;
  /** Grows when the process dies. */
  life = 0;
  readonly name: string;
  readonly #calls: OriginCalls;

  constructor(name: string, calls: OriginCalls) {
    this.name = name;
    this.#calls = calls;
  }

  find(): Promise<OriginAnswer> {
    return this.#calls.send(this, undefined) as Promise<OriginAnswer>;
  }

  findIfChanged(
    _id: string,
    { version }: { readonly version: number },
  ): Promise<OriginAnswer | "unchanged"> {
    return this.#calls.send(this, version);
  }
}

class OriginCall extends Task {
  readonly #scene: Scene;
  #caller: OriginLink | undefined;
  #life = 0;
  #leftMs = 0;
  /** The version that is asked about, if it is. */
  #known: number | undefined;
  #mayLag = false;
  #isAnswered = false;
  #answer: Answer = "unavailable";
  #promise: PromiseWithResolvers<Answer> | undefined;

  constructor(scene: Scene) {
    super();
    this.#scene = scene;
  }

  send(
    caller: OriginLink,
    { known, mayLag }: { readonly known: number | undefined; readonly mayLag: boolean },
  ): Promise<Answer> {
    const scene = this.#scene;
    this.#caller = caller;
    this.#life = caller.life;
    this.#known = known;
    this.#mayLag = mayLag;
    this.#promise = Promise.withResolvers();
    const delayMs = scene.delay(Way.toOrigin);
    this.#leftMs = ORIGIN_TIMEOUT_MS - delayMs;
    this.#isAnswered = this.#leftMs <= 0;
    this.#answer = "unavailable";
    scene.agenda.add(this, this.#isAnswered ? ORIGIN_TIMEOUT_MS : delayMs);
    return this.#promise.promise;
  }

  run(): void {
    if (this.#isAnswered) this.#reply();
    else this.#ask();
  }

  #ask(): void {
    const scene = this.#scene;
    scene.operations += 1;
    this.#isAnswered = true;
    this.#answer = this.#answerNow();
    const delayMs = scene.delay(Way.toOrigin);
    if (delayMs > this.#leftMs) this.#answer = "unavailable";
    if (this.#known !== undefined) scene.seen |= Seen.revalidation;
    if (scene.history !== undefined) this.#tell(this.#answer);
    if (delayMs === 0) this.#reply();
    else scene.agenda.add(this, Math.min(delayMs, this.#leftMs));
  }

  #answerNow(): Answer {
    const scene = this.#scene;
    const { truth } = scene;
    if (scene.happens(Fault.originTroubles, 8)) {
      scene.seen |= Seen["unreachable origin"];
      return "unavailable";
    }
    let { version } = truth;
    const isNew = this.#mayLag && truth.committedAt >= scene.agenda.now - LAG_MS;
    if (isNew && scene.happens(Fault.originTroubles, 3)) {
      scene.seen |= Seen["lagging origin"];
      version -= 1;
    }
    const fact = truth.factAt(version);
    return this.#known === version && fact.state === "live" ? "unchanged" : fact;
  }

  #reply(): void {
    if (this.#caller?.life === this.#life) this.#promise?.resolve(this.#answer);
  }

  #tell(answer: Answer): void {
    const question = this.#known === undefined ? "" : `, whether ${this.#known} changed`;
    const what = typeof answer === "string" ? answer : `${answer.state} version ${answer.version}`;
    this.#scene.tell(this.#caller?.name ?? "", `asks the origin${question} → ${what}`);
  }
}
