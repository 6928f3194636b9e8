/**
 * The cache's Lua scripts with one thing wrong. The model test must refuse each alteration.
 *
 * @module
 */

import { type CacheScripts, cacheScripts } from "@cauce/licensing/cache";

/** In which script, what, and what stands there instead. */
export type Alteration = readonly [script: ScriptName, from: string | RegExp, to: string];

type ScriptName = "read" | "fill" | "release" | "invalidate" | "inspect";

const END_OF_LEASE = "redis.call('HDEL', KEYS[1], 'lt', 'lu')\n";
const IF_KEPT_FOR_LESS = /if redis\.call\('PTTL', KEYS\[1\]\) < .+ then/;

/** By what is wrong. */
export const alterations: Readonly<Record<string, Alteration>> = {
  "hits below the fence": ["read", "version >= fence and ", ""],
  "hits no more at the fence": ["read", "version >= fence and ", "version > fence and "],
  "hits below the version that was asked for": ["read", "version >= tonumber(ARGV[4]) and ", ""],
  "hits what has ended": ["read", " and now < tonumber(entry[10])", ""],
  "hits what another epoch left": ["read", "if entry[1] ~= epoch then", "if false then"],
  "waits for ever": ["read", "entry[11] and now < tonumber(entry[12])", "entry[11]"],
  "gives everyone a lease": ["read", "entry[11] and now < tonumber(entry[12])", "false"],
  "keeps what has no fence": ["read", "fence > 0 and ARGV[3] or ARGV[2]", "ARGV[3]"],
  "keeps no longer on a read": ["read", IF_KEPT_FOR_LESS, "if false then"],
  "keeps for less on a read": ["read", IF_KEPT_FOR_LESS, "if true then"],
  "fills without comparing versions": ["fill", "if version < ", "if false and version < "],
  "fills above the fence alone": ["fill", "if version < ", "if version <= "],
  "fills by a lease of another epoch": ["fill", "entry[1] ~= epoch or ", ""],
  "fills by anyone's lease": ["fill", "entry[4] ~= ARGV[1]", "not entry[4]"],
  "fills after the lease": ["fill", " or now >= tonumber(entry[5])", ""],
  "keeps the lease after a fill": ["fill", END_OF_LEASE, ""],
  "raises no fence by a fill": ["fill", "'fv', ARGV[2], ", ""],
  "dates no fence by a fill": ["fill", "'ft', string.format('%.0f', now),", ""],
  "keeps no longer on a fill": ["fill", IF_KEPT_FOR_LESS, "if false then"],
  "keeps for less on a fill": ["fill", IF_KEPT_FOR_LESS, "if true then"],
  "knows a fence of another epoch": ["invalidate", "entry[1] and entry[1] ~= epoch", "false"],
  "raises a fence to where it was": ["invalidate", ") <= tonumber(", ") < tonumber("],
  "lowers a fence": ["invalidate", ") <= tonumber(", ") == tonumber("],
  "compares versions as texts": [
    "invalidate",
    "tonumber(ARGV[1]) <= tonumber(entry[2])",
    "ARGV[1] <= entry[2]",
  ],
  "keeps the lease on an event": ["invalidate", END_OF_LEASE, ""],
  "ends the lease although told not to": ["invalidate", "if ARGV[3] == 'end' then", "if true then"],
  "drops the value on an event": ["invalidate", "'lt', 'lu')\n", "'lt', 'lu', 'v')\n"],
  "dates no fence on an event": ["invalidate", ", 'ft', string.format('%.0f', now)", ""],
  "keeps no longer on an event": ["invalidate", IF_KEPT_FOR_LESS, "if false then"],
  "keeps for less on an event": ["invalidate", IF_KEPT_FOR_LESS, "if true then"],
  "takes a lease back from anyone": ["release", "redis.call('HGET', KEYS[1], 'lt')", "ARGV[1]"],
  "keeps a lease that is given back": ["release", END_OF_LEASE, ""],
  "shows what another epoch left": ["inspect", "if entry[1] ~= epoch then", "if false then"],
};

/** All scripts, one of them altered. Throws where there is not exactly one place to alter. */
export function alteredScripts([script, from, to]: Alteration): CacheScripts {
  const name = `${script}Organization` as const;
  const { lua } = cacheScripts[name];
  const places = lua.split(from).length - 1;
  if (places !== 1) throw new RangeError(`Cannot alter ${script}.lua: ${places} times ${from}`);
  return { ...cacheScripts, [name]: { lua: lua.replace(from, () => to), numberOfKeys: 1 } };
}
