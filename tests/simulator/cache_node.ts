/**
 * The node that holds the cache: what reaches it happens there at once, one thing after the other.
 *
 * @module
 */

import type {
  CacheRead,
  Fill,
  FillOutcome,
  InvalidateOutcome,
  Invalidation,
  KnownWatermarks,
  OrganizationCache,
  OrganizationWatermarks,
  ReadOptions,
} from "@cauce/licensing";
import type { Watermark } from "@cauce/messaging";
import { Seen } from "./coverage.ts";
import type { Scene } from "./scene.ts";
import { ORGANIZATION_ID, PARTITION } from "./truth.ts";

/** A cache that may tell what is left after all was lost; nothing, if it does not. */
export interface NodeCache extends OrganizationCache, OrganizationWatermarks {
  afterLoss?(): NodeCache;
}

/** Builds an empty cache with a clock. */
export type CreateCache = (now: () => number) => NodeCache;

/** Runs the cache under test and checks each answer against what must be known by then. */
export class CacheNode {
  /** Called when a watermark was stored. */
  onWatermark: () => void = () => {};
  /** The highest version that must be known: fenced, filled in or acknowledged since the last loss. */
  floor = 0;
  /** How often everything was lost. */
  losses = 0;
  readonly #scene: Scene;
  readonly #createCache: CreateCache;
  readonly #now = () => this.#scene.agenda.now;
  #cache: NodeCache;
  /** The highest version the cache ever heard of; the one a schedule begins with needs no telling. */
  #told = 0;
  #holder = "";
  #heldUntil = 0;

  constructor(scene: Scene, createCache: CreateCache) {
    this.#scene = scene;
    this.#createCache = createCache;
    this.#cache = createCache(this.#now);
  }

  begin(): void {
    this.#told = this.#scene.truth.version;
    this.#cache = this.#createCache(this.#now);
    this.floor = 0;
    this.losses = 0;
    this.#holder = "";
  }

  /** FLUSHALL, or a node that took over and counts everything from another epoch as absent. */
  lose(): void {
    this.#cache = this.#cache.afterLoss?.() ?? this.#createCache(this.#now);
    this.floor = 0;
    this.losses += 1;
    this.#holder = "";
  }

  /** A version is known from now on. */
  raiseFloor(version: number): void {
    if (version > this.floor) this.floor = version;
    if (version > this.#told) this.#told = version;
  }

  read(options: ReadOptions): Promise<CacheRead> {
    return this.#cache.read(ORGANIZATION_ID, options);
  }

  fill(fill: Fill): Promise<FillOutcome> {
    return this.#cache.fill(ORGANIZATION_ID, fill);
  }

  release(token: string): Promise<void> {
    if (token === this.#holder) this.#holder = "";
    return this.#cache.release(ORGANIZATION_ID, token);
  }

  invalidate(invalidation: Invalidation): Promise<InvalidateOutcome> {
    return this.#cache.invalidate(ORGANIZATION_ID, invalidation);
  }

  raiseWatermark(mark: Watermark): Promise<"RAISED" | "OLD"> {
    return this.#cache.raiseWatermark(mark);
  }

  readWatermarks(): Promise<KnownWatermarks> {
    return this.#cache.readWatermarks();
  }

  /** Judges what a read found. `floor` is the node's from when it was read. */
  onRead(read: CacheRead, { token, leaseMs, minVersion }: ReadOptions, floor: number): void {
    const scene = this.#scene;
    scene.seen |= Seen[read.outcome];
    if (read.outcome === "HIT") {
      const { version, state } = read.fact;
      if (version < floor) scene.fail("I1", `a hit at ${version}, below the fence ${floor}`);
      if (version < minVersion) scene.fail("I1", `a hit at ${version}, below the least version`);
      if (scene.isCalm && version !== scene.truth.version) scene.fail("I3", `a hit at ${version}`);
      if (state === "live" && floor >= scene.truth.deletedAt) scene.fail("I5", "a live hit");
    } else if (read.outcome === "LEASE") {
      const { now } = scene.agenda;
      if (this.#holder !== "" && now < this.#heldUntil) {
        scene.fail("I4", `a lease for ${token} while ${this.#holder} has one`);
      }
      this.#holder = token;
      this.#heldUntil = now + leaseMs;
    }
  }

  /** Judges what became of a fill. */
  onFill(outcome: FillOutcome, { token, fact }: Fill): void {
    const scene = this.#scene;
    if (outcome === "LOST_LEASE") {
      scene.seen |= Seen.LOST_LEASE;
      return;
    }
    if (token !== this.#holder || scene.agenda.now >= this.#heldUntil) {
      scene.fail("I4", `a fill by ${token}, which has no lease`);
    }
    this.#holder = "";
    if (outcome === "STALE") scene.seen |= Seen.STALE;
    else this.raiseFloor(fact.version);
  }

  /** Judges what became of an invalidation. */
  onInvalidate(outcome: InvalidateOutcome, { version, keepsLease }: Invalidation): void {
    if (outcome === "OLD") this.#scene.seen |= Seen.OLD;
    else if (!keepsLease) this.#holder = "";
    this.raiseFloor(version);
  }

  /** Judges the word of a heartbeat: everything committed before it was told before it. */
  onWatermarkRaised({ partition, time }: Watermark): void {
    const scene = this.#scene;
    if (partition === PARTITION && scene.truth.replacedAt(this.#told) < time) {
      scene.fail("watermark", `${time} is proven, version ${this.#told + 1} was not told`);
    }
    this.onWatermark();
  }
}
