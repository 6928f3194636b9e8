/**
 * The cache as a process sees it: over the network.
 *
 * @module
 */

import type {
  CacheEntry,
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
import type { CacheCaller, CacheCalls } from "./cache_call.ts";
import type { Way } from "./scene.ts";

/** The cache as one process, or one sink, sees it. */
export class CacheLink implements OrganizationCache, OrganizationWatermarks, CacheCaller {
  /** Grows when its owner dies: answers to a dead owner arrive nowhere. */
  life = 0;
  readonly name: string;
  readonly way: Way;
  readonly #calls: CacheCalls;

  constructor(name: string, parts: { readonly way: Way; readonly calls: CacheCalls }) {
    this.name = name;
    this.way = parts.way;
    this.#calls = parts.calls;
  }

  read(_id: string, options: ReadOptions): Promise<CacheRead> {
    return this.#calls.send(this, { kind: "read", options }) as Promise<CacheRead>;
  }

  fill(_id: string, options: Fill): Promise<FillOutcome> {
    return this.#calls.send(this, { kind: "fill", options }) as Promise<FillOutcome>;
  }

  release(_id: string, token: string): Promise<void> {
    return this.#calls.send(this, { kind: "release", options: token }) as Promise<undefined>;
  }

  invalidate(_id: string, options: Invalidation): Promise<InvalidateOutcome> {
    return this.#calls.send(this, { kind: "invalidate", options }) as Promise<InvalidateOutcome>;
  }

  raiseWatermark(options: Watermark): Promise<"RAISED" | "OLD"> {
    return this.#calls.send(this, { kind: "raiseWatermark", options }) as Promise<"RAISED" | "OLD">;
  }

  readWatermarks(): Promise<KnownWatermarks> {
    return this.#calls.send(this, { kind: "readWatermarks" }) as Promise<KnownWatermarks>;
  }

  inspect(): Promise<CacheEntry | undefined> {
    return Promise.resolve(undefined);
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
