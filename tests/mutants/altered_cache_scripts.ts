/**
 * The cache's Lua scripts with one thing wrong. The model test must refuse each alteration.
 *
 * @module
 */

import { type CacheScripts, cacheScripts } from "@cauce/licensing/cache";

/** In which script, what, and what stands there instead. */
export type Alteration = readonly [script: keyof CacheScripts, from: string | RegExp, to: string];

const END_OF_LEASE = "redis.call('HDEL', KEYS[1], 'lt', 'lu')\n";
const IF_KEPT_FOR_LESS = /if redis\.call\('PTTL', KEYS\[1\]\) < .+ then/;

/** By what is wrong. */
export const alterations: Readonly<Record<string, Alteration>> = {
  "hits below the fence": ["readOrganization", "version >= fence and ", ""],
  "hits no more at the fence": [
    "readOrganization",
    "version >= fence and ",
    "version > fence and ",
  ],
  "hits below the version that was asked for": [
    "readOrganization",
    "version >= tonumber(ARGV[4]) and ",
    "",
  ],
  "hits what has ended": ["readOrganization", " and now < tonumber(entry[10])", ""],
  "hits what another epoch left": [
    "readOrganization",
    "if entry[1] ~= epoch then",
    "if false then",
  ],
  "waits for ever": ["readOrganization", "entry[11] and now < tonumber(entry[12])", "entry[11]"],
  "gives everyone a lease": [
    "readOrganization",
    "entry[11] and now < tonumber(entry[12])",
    "false",
  ],
  "keeps what has no fence": ["readOrganization", "fence > 0 and ARGV[3] or ARGV[2]", "ARGV[3]"],
  "keeps no longer on a read": ["readOrganization", IF_KEPT_FOR_LESS, "if false then"],
  "keeps for less on a read": ["readOrganization", IF_KEPT_FOR_LESS, "if true then"],
  "fills without comparing versions": [
    "fillOrganization",
    "if version < ",
    "if false and version < ",
  ],
  "fills above the fence alone": ["fillOrganization", "if version < ", "if version <= "],
  "fills by a lease of another epoch": ["fillOrganization", "entry[1] ~= epoch or ", ""],
  "fills by anyone's lease": ["fillOrganization", "entry[4] ~= ARGV[1]", "not entry[4]"],
  "fills after the lease": ["fillOrganization", " or now >= tonumber(entry[5])", ""],
  "keeps the lease after a fill": ["fillOrganization", END_OF_LEASE, ""],
  "raises no fence by a fill": ["fillOrganization", "'fv', ARGV[2], ", ""],
  "dates no fence by a fill": ["fillOrganization", "'ft', string.format('%.0f', now),", ""],
  "keeps no longer on a fill": ["fillOrganization", IF_KEPT_FOR_LESS, "if false then"],
  "keeps for less on a fill": ["fillOrganization", IF_KEPT_FOR_LESS, "if true then"],
  "knows a fence of another epoch": [
    "invalidateOrganization",
    "entry[1] and entry[1] ~= epoch",
    "false",
  ],
  "raises a fence to where it was": ["invalidateOrganization", ") <= tonumber(", ") < tonumber("],
  "lowers a fence": ["invalidateOrganization", ") <= tonumber(", ") == tonumber("],
  "compares versions as texts": [
    "invalidateOrganization",
    "tonumber(ARGV[1]) <= tonumber(entry[2])",
    "ARGV[1] <= entry[2]",
  ],
  "keeps the lease on an event": ["invalidateOrganization", END_OF_LEASE, ""],
  "ends the lease although told not to": [
    "invalidateOrganization",
    "if ARGV[3] == 'end' then",
    "if true then",
  ],
  "drops the value on an event": ["invalidateOrganization", "'lt', 'lu')\n", "'lt', 'lu', 'v')\n"],
  "dates no fence on an event": [
    "invalidateOrganization",
    ", 'ft', string.format('%.0f', now)",
    "",
  ],
  "keeps no longer on an event": ["invalidateOrganization", IF_KEPT_FOR_LESS, "if false then"],
  "keeps for less on an event": ["invalidateOrganization", IF_KEPT_FOR_LESS, "if true then"],
  "takes a lease back from anyone": [
    "releaseOrganization",
    "redis.call('HGET', KEYS[1], 'lt')",
    "ARGV[1]",
  ],
  "keeps a lease that is given back": ["releaseOrganization", END_OF_LEASE, ""],
  "shows what another epoch left": [
    "inspectOrganization",
    "if entry[1] ~= epoch then",
    "if false then",
  ],
};

/** The same of the scripts of watermarks. */
export const watermarkAlterations: Readonly<Record<string, Alteration>> = {
  "lowers a watermark": ["raiseWatermark", "time <= known and known <= now", "false"],
  "raises a watermark once": ["raiseWatermark", "time <= known and known <= now", "known >= 0"],
  "compares watermarks as texts": [
    "raiseWatermark",
    "time <= known and",
    "ARGV[3] <= tostring(known) and",
  ],
  "keeps a watermark that is ahead": [
    "raiseWatermark",
    "math.min(tonumber(ARGV[3]), now)",
    "tonumber(ARGV[3])",
  ],
  "mixes partitions of two counts": ["raiseWatermark", "redis.call('DEL', KEYS[1])", ""],
  "shows no watermark": ["readWatermarks", "redis.call('HGETALL', KEYS[1])", "{}"],
};

/** All scripts, one of them altered. Throws where there is not exactly one place to alter. */
export function alteredScripts([script, from, to]: Alteration): CacheScripts {
  const { lua } = cacheScripts[script];
  const places = lua.split(from).length - 1;
  if (places !== 1) {
    throw new RangeError(`Cannot alter ${script}: ${from} is there ${places} times`);
  }
  return { ...cacheScripts, [script]: { lua: lua.replace(from, () => to), numberOfKeys: 1 } };
}
