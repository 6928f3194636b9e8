/**
 * A process of licensing: the production look-up, which dies and is started anew.
 *
 * @module
 */

import {
  createFindOrganization,
  type FindOrganization,
  type FindOrganizationDeps,
  type FollowedWatermarks,
  followWatermarks,
  type FollowWatermarksOptions,
} from "@cauce/licensing";
import { Task } from "./agenda.ts";
import type { CacheCalls } from "./cache_call.ts";
import { CacheLink } from "./cache_link.ts";
import { Seen } from "./coverage.ts";
import { type OriginCalls, OriginLink } from "./origin_link.ts";
import { type Scene, Way } from "./scene.ts";
import { POLL_MS, SHORT_GAPS, times } from "./times.ts";

/** Builds the look-up; a mutant builds another. */
export type CreateFind = (deps: FindOrganizationDeps) => FindOrganization;

/** What a process is built from. */
export interface ReaderProcessOptions {
  readonly name: string;
  readonly cacheCalls: CacheCalls;
  readonly originCalls: OriginCalls;
  readonly createFind?: CreateFind;
}

/** Readers call `find`. Running it as a task ends this life of it and begins the next. */
export class ReaderProcess extends Task {
  override readonly isQuiet: boolean = true;
  /** Grows when it dies: who waited for its answers waits in vain. */
  life = 0;
  find: FindOrganization;
  /** Called when it dies. */
  onDied: () => void = () => {};
  readonly name: string;
  readonly #scene: Scene;
  readonly #cache: CacheLink;
  readonly #origin: OriginLink;
  readonly #createFind: CreateFind;
  readonly #deps: FindOrganizationDeps;
  #tokens = 0;
  #followed: Pick<FollowedWatermarks, "provenAt"> = { provenAt: () => undefined };
  readonly #following: FollowWatermarksOptions;
  /** What the follower does when it is time; undefined while it waits for an answer. */
  #next: (() => void) | undefined;
  readonly #look: Task = new Look(() => {
    const look = this.#next;
    this.#next = undefined;
    look?.();
  });

  constructor(scene: Scene, options: ReaderProcessOptions) {
    super();
    const { name, cacheCalls, originCalls, createFind = createFindOrganization } = options;
    this.name = name;
    this.#scene = scene;
    this.#cache = new CacheLink(name, { way: Way.readerToCache, calls: cacheCalls });
    this.#origin = new OriginLink(name, originCalls);
    this.#createFind = createFind;
    this.#deps = {
      cache: this.#cache,
      origin: this.#origin,
      times,
      now: () => scene.agenda.now,
      random: () => scene.choices.below(4) / 4,
      sleep: (ms) => this.#sleep(ms),
      newToken: () => tokenOf(this),
      provenAt: (id) => this.#followed.provenAt(id),
    };
    this.#following = {
      watermarks: this.#cache,
      intervalMs: POLL_MS,
      now: () => scene.agenda.now,
      plan: (look) => {
        this.#next = look;
        return () => {};
      },
    };
    this.find = createFind(this.#deps);
  }

  /** For tokens: how many were given out. */
  nextToken(): number {
    return ++this.#tokens;
  }

  begin(): void {
    this.#tokens = 0;
    this.#restart();
  }

  run(): void {
    this.#scene.operations += 1;
    this.#scene.seen |= Seen["reader crash"];
    if (this.#scene.history !== undefined) this.#scene.tell(this.name, "dies and starts anew");
    this.#restart();
    this.onDied();
  }

  /** It looks for watermarks every now and then: soon it is time again. */
  planLook(): void {
    if (this.#look.isPlanned) return;
    this.#scene.agenda.add(this.#look, SHORT_GAPS[this.#scene.choices.below(16)] as number);
  }

  #restart(): void {
    this.life += 1;
    this.#cache.life += 1;
    this.#origin.life += 1;
    this.#next = undefined;
    this.#followed = followWatermarks(this.#following);
    this.find = this.#createFind(this.#deps);
  }

  #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#scene.agenda.add(new Sleep(this, resolve), Math.ceil(ms));
    return promise;
  }
}

class Look extends Task {
  readonly run: () => void;

  constructor(run: () => void) {
    super();
    this.run = run;
  }
}

/** Whoever died meanwhile does not wake. */
class Sleep extends Task {
  readonly #process: ReaderProcess;
  readonly #life: number;
  readonly #wake: () => void;

  constructor(process: ReaderProcess, wake: () => void) {
    super();
    this.#process = process;
    this.#life = process.life;
    this.#wake = wake;
  }

  run(): void {
    if (this.#process.life === this.#life) this.#wake();
  }
}

const tokens = new Map<string, string[]>();

/** Tokens are made once: building texts takes longer than a look-up. */
function tokenOf(process: ReaderProcess): string {
  let known = tokens.get(process.name);
  if (known === undefined) tokens.set(process.name, known = []);
  const number = process.nextToken();
  return known[number] ??= `${process.name}.${number}`;
}
