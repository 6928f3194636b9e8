/**
 * Histories made by hand: some break an invariant, others come close and must be allowed.
 *
 * @module
 */

import type {
  FenceEvent,
  FlushEvent,
  HistoryEvent,
  Invariant,
  ReadEvent,
  SettledEvent,
} from "./history.ts";

/** Events, and groups of events. */
export type History = readonly (HistoryEvent | readonly HistoryEvent[])[];

/** The key of every history. */
const KEY = "o1";

/** Writes a version: sent 5 ms before it is acknowledged. */
export function write(version: number, end: number): readonly HistoryEvent[] {
  const start = end - 5;
  const name = `n${version}`;
  return [
    { kind: "attempt", key: KEY, deletes: false, at: start },
    { kind: "write", key: KEY, version, state: "live", name, start, end },
  ];
}

/** Deletes it, leaving a version. */
function remove(version: number, end: number): readonly HistoryEvent[] {
  const start = end - 5;
  return [
    { kind: "attempt", key: KEY, deletes: true, at: start },
    { kind: "write", key: KEY, version, state: "deleted", name: undefined, start, end },
  ];
}

/** A hit of a version that takes 2 ms, unless it is said otherwise. */
export function read(version: number, start: number, more: Partial<ReadEvent> = {}): ReadEvent {
  return {
    kind: "read",
    key: KEY,
    reader: "r1",
    instance: "a",
    start,
    end: start + 2,
    minVersion: 0,
    status: "current",
    cache: "hit",
    version,
    name: `n${version}`,
    ...more,
  };
}

/** What a read of a deleted one shows. */
const gone = { status: "deleted", version: undefined, name: undefined } as const;

/** A fence that was seen. */
export const fence = (version: number, at: number): FenceEvent => ({
  kind: "fence",
  key: KEY,
  version,
  at,
});

/** A flush that took 1 ms. */
const flush = (at: number): FlushEvent => ({ kind: "flush", start: at - 1, end: at });

/** The last word of the origin. */
const settled = (version: number, at: number): SettledEvent => ({
  kind: "settled",
  key: KEY,
  version,
  state: "live",
  name: `n${version}`,
  at,
});

/** What may happen. */
export const allowed: Readonly<Record<string, History>> = {
  "what was written is read": [write(1, 10), read(1, 20), write(2, 30), read(2, 40)],
  "a version is seen before its write is acknowledged": [
    write(1, 10),
    { kind: "attempt", key: KEY, deletes: false, at: 20 },
    read(2, 21),
  ],
  "a hit that began before the fence was known": [
    write(1, 10),
    write(2, 30),
    fence(2, 40),
    read(1, 39),
  ],
  "an old value, marked stale, below the fence and below what was seen": [
    write(1, 10),
    write(2, 30),
    read(2, 35),
    fence(2, 40),
    read(1, 5000, { status: "stale", cache: "stale" }),
  ],
  "a load that an outage of the cache made older than what was seen": [
    write(1, 10),
    write(2, 30),
    read(2, 35),
    read(1, 50, { cache: "bypass" }),
    read(2, 60),
  ],
  "an older version after a flush": [
    write(1, 10),
    write(2, 30),
    read(2, 35),
    flush(40),
    read(1, 50),
  ],
  "two readers, one of whom knows less": [
    write(1, 10),
    write(2, 30),
    read(2, 35),
    read(1, 36, { reader: "r2" }),
  ],
  "one version stored by two instances, with a flush between": [
    write(1, 10),
    read(1, 20, { cache: "stored" }),
    flush(30),
    read(1, 40, { cache: "stored", instance: "b" }),
  ],
  "one load shared by readers of one instance": [
    write(1, 10),
    read(1, 20, { cache: "stored" }),
    read(1, 20, { cache: "stored", reader: "r2" }),
  ],
  "an old hit within Δ": [write(1, 10), write(2, 30), read(1, 2029)],
  "nobody knows": [write(1, 10), read(1, 9000, { status: "unavailable", version: undefined })],
  "a deletion, seen before its acknowledgement": [
    write(1, 10),
    { kind: "attempt", key: KEY, deletes: true, at: 20 },
    read(1, 21, gone),
  ],
  "a late look at one that was deleted and forgotten": [
    write(1, 10),
    remove(2, 30),
    { kind: "forget", key: KEY },
    fence(2, 60_029),
    read(1, 60_030, { ...gone, reader: undefined }),
  ],
  "a deleted organization, live until its fence": [
    write(1, 10),
    remove(2, 30),
    read(1, 35),
    fence(2, 40),
    read(1, 41, gone),
  ],
};

/** What may not, and which invariant it breaks. */
export const forbidden: readonly [Invariant, string, History][] = [
  ["register", "a version that was never written", [write(1, 10), read(2, 20)]],
  ["register", "a name of another version", [
    write(1, 10),
    write(2, 20),
    read(2, 30, { name: "n1" }),
  ]],
  ["register", "a deletion that nobody asked for", [write(1, 10), read(1, 20, gone)]],
  ["I1", "a hit below a fence that was applied before", [
    write(1, 10),
    write(2, 30),
    fence(2, 40),
    read(1, 40),
  ]],
  ["I1", "a hit below the fence, also after a flush", [
    write(1, 10),
    write(2, 30),
    fence(2, 40),
    flush(50),
    read(1, 60),
  ]],
  ["I1", "a load below the fence that is called current", [
    write(1, 10),
    write(2, 30),
    fence(2, 40),
    read(1, 41, { cache: "miss" }),
  ]],
  ["I1", "an older version than was asked for", [
    write(1, 10),
    write(2, 30),
    read(1, 31, { minVersion: 2 }),
  ]],
  ["I1", "an older version than was asked for, though marked stale", [
    write(1, 10),
    write(2, 30),
    read(1, 31, { minVersion: 2, status: "stale", cache: "stale" }),
  ]],
  ["I2", "a reader who is taken back", [write(1, 10), write(2, 30), read(2, 35), read(1, 40)]],
  ["I2", "a reader who is taken back by another instance", [
    write(1, 10),
    write(2, 30),
    read(2, 35, { cache: "miss" }),
    read(1, 40, { instance: "b" }),
  ]],
  ["I2", "a reader for whom a deleted organization lives again", [
    write(1, 10),
    remove(2, 30),
    read(2, 35, gone),
    read(1, 40),
  ]],
  ["I3", "a hit that is not what the origin has, in the end", [
    write(1, 10),
    write(2, 20),
    settled(2, 100),
    read(1, 101),
  ]],
  ["I3", "a hit with the origin's version and another name", [
    write(1, 10),
    settled(1, 100),
    read(1, 101, { name: "n0" }),
  ]],
  ["I4", "one version stored by two instances", [
    write(1, 10),
    read(1, 20, { cache: "stored" }),
    read(1, 21, { cache: "stored", instance: "b", reader: "r2" }),
  ]],
  ["I5", "a deleted organization that is live after its fence", [
    write(1, 10),
    remove(2, 30),
    fence(2, 40),
    read(1, 41),
  ]],
  ["I6", "an old hit beyond Δ", [write(1, 10), write(2, 30), read(1, 2031)]],
  ["I6", "an old load beyond Δ, the cache being out of reach", [
    write(1, 10),
    write(2, 30),
    read(1, 2031, { cache: "bypass" }),
  ]],
  ["I6", "a revalidated hit that is old", [
    write(1, 10),
    write(2, 30),
    read(1, 2031, { cache: "revalidated" }),
  ]],
];
