/**
 * The cache's Lua scripts as commands of a client.
 *
 * @module
 */

import fill from "./scripts/fill.lua" with { type: "text" };
import inspect from "./scripts/inspect.lua" with { type: "text" };
import invalidate from "./scripts/invalidate.lua" with { type: "text" };
import raiseWatermark from "./scripts/raise_watermark.lua" with { type: "text" };
import read from "./scripts/read.lua" with { type: "text" };
import readWatermarks from "./scripts/read_watermarks.lua" with { type: "text" };
import release from "./scripts/release.lua" with { type: "text" };
import type { FillOutcome, InvalidateOutcome } from "../organization_cache.ts";

/** What ioredis turns into commands: EVALSHA, and EVAL where the node does not know the script. */
export const cacheScripts = {
  readOrganization: { lua: read, numberOfKeys: 1 },
  fillOrganization: { lua: fill, numberOfKeys: 1 },
  releaseOrganization: { lua: release, numberOfKeys: 1 },
  invalidateOrganization: { lua: invalidate, numberOfKeys: 1 },
  inspectOrganization: { lua: inspect, numberOfKeys: 1 },
  raiseWatermark: { lua: raiseWatermark, numberOfKeys: 1 },
  readWatermarks: { lua: readWatermarks, numberOfKeys: 1 },
} as const;

/** Scripts of these names. */
export type CacheScripts = {
  readonly [Name in keyof typeof cacheScripts]: {
    readonly lua: string;
    readonly numberOfKeys: 1;
  };
};

/** A field of an entry: null where it is absent. */
export type Field = string | null;

/** Fence and value, in the order in which the scripts return them. */
export type StoredFields = [fv: Field, ft: Field, v: Field, st: Field, ...details: Field[]];

/** The commands; each script's header says what they take and return. */
export interface ScriptCommands {
  readOrganization(
    key: string,
    token: string,
    ...args: [leaseMs: number, keepMs: number, minVersion: number]
  ): Promise<[outcome: "HIT" | "WAIT" | "LEASE", now: string, ...StoredFields]>;
  fillOrganization(
    key: string,
    token: string,
    ...args: [version: number, state: "L" | "D", ttlMs: number, keepMs: number, ...string[]]
  ): Promise<FillOutcome>;
  releaseOrganization(key: string, token: string): Promise<"RELEASED" | "LOST_LEASE">;
  invalidateOrganization(
    key: string,
    ...args: [version: number, keepMs: number, lease: "keep" | "end"]
  ): Promise<InvalidateOutcome>;
  inspectOrganization(
    key: string,
  ): Promise<[pttl: number, now: string, ...StoredFields, exp: Field, lu: Field] | null>;
  raiseWatermark(
    key: string,
    partitionCount: number,
    ...args: [partition: number, time: number, keepMs: number]
  ): Promise<"RAISED" | "OLD">;
  readWatermarks(key: string): Promise<[now: string, ...fields: string[]]>;
}
