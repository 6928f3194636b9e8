/**
 * The Lua scripts as commands of a client.
 *
 * ioredis can make commands of scripts too. It copies the arguments of each call three times, which
 * for a batch of messages takes as long as writing them, and sends each script anew on each connection.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import append from "./scripts/append.lua" with { type: "text" };
import beat from "./scripts/beat.lua" with { type: "text" };
import commit from "./scripts/commit.lua" with { type: "text" };
import epoch from "./scripts/epoch.lua" with { type: "text" };
import lag from "./scripts/lag.lua" with { type: "text" };
import release from "./scripts/release.lua" with { type: "text" };
import renew from "./scripts/renew.lua" with { type: "text" };
import take from "./scripts/take.lua" with { type: "text" };
import trim from "./scripts/trim.lua" with { type: "text" };

interface Script {
  readonly lua: string;
  /** What the server knows it by. */
  readonly sha: string;
  readonly numberOfKeys: number;
}

const scripts: Readonly<Record<keyof ScriptCommands, Script>> = {
  appendEntries: toScript(append, 1),
  beatMember: toScript(beat, 2),
  commitPosition: toScript(commit, 2),
  readEpoch: toScript(epoch, 1),
  readLag: toScript(lag, 1),
  releaseLease: toScript(release, 1),
  renewLease: toScript(renew, 1),
  takePartition: toScript(take, 2),
  trimStream: toScript(trim, 1),
};

/** 1 done, 0 refused. */
export type Outcome = 0 | 1;

/** The commands; each script's header says what they take and return. */
export interface ScriptCommands {
  appendEntries(
    stream: string,
    notAfter: number,
    epoch: string,
    ...entries: (string | Buffer)[]
  ): Promise<number>;
  beatMember(
    members: string,
    destination: string,
    ...args: [member: string, aliveMs: number, partitions: number]
  ): Promise<[partitions: number, now: number, nextDeathMs: number, ...members: string[]]>;
  commitPosition(
    stream: string,
    lease: string,
    ...args: [group: string, member: string, epoch: number, id: string, entriesRead: number]
  ): Promise<Outcome>;
  readEpoch(stream: string): Promise<string>;
  readLag(stream: string, group: string): Promise<[waiting: number, id: string, oldest: string]>;
  releaseLease(lease: string, ...args: [member: string, epoch: number]): Promise<Outcome>;
  renewLease(
    lease: string,
    ...args: [member: string, epoch: number, leaseMs: number]
  ): Promise<Outcome | 2>;
  takePartition(
    stream: string,
    lease: string,
    ...args: [group: string, member: string, leaseMs: number, claimMs: number]
  ): Promise<[epoch: number, id: string, entriesRead: number] | [0, leftMs: number]>;
  trimStream(stream: string, retentionMs: number): Promise<[number, number, string]>;
}

/** Gives a client the commands. A script that the server does not know is sent whole. */
export function addScripts(client: Redis): Redis & ScriptCommands {
  const commands: Record<string, unknown> = {};
  for (const [name, script] of Object.entries(scripts)) commands[name] = toCommand(client, script);
  return Object.assign(client, commands as unknown as ScriptCommands);
}

function toScript(lua: string, numberOfKeys: number): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex"), numberOfKeys };
}

function toCommand(client: Redis, { lua, sha, numberOfKeys }: Script) {
  return (...args: (string | number | Buffer)[]): Promise<unknown> =>
    client.call("evalsha", [sha, numberOfKeys, ...args]).catch((error) => {
      if (!String(error.message).startsWith("NOSCRIPT")) throw error;
      return client.call("eval", [lua, numberOfKeys, ...args]);
    });
}
