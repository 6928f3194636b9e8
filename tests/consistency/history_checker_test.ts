import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { HistoryEvent, Invariant, ReadEvent } from "./history.ts";
import { HistoryChecker } from "./history_checker.ts";

const KEY = "o1";

/** Writes a version: sent 5 ms before it is acknowledged. */
function write(version: number, end: number): readonly HistoryEvent[] {
  const start = end - 5;
  const name = `n${version}`;
  return [
    { kind: "attempt", key: KEY, deletes: false, at: start },
    { kind: "write", key: KEY, version, state: "live", name, start, end },
  ];
}

function remove(version: number, end: number): readonly HistoryEvent[] {
  const start = end - 5;
  return [
    { kind: "attempt", key: KEY, deletes: true, at: start },
    { kind: "write", key: KEY, version, state: "deleted", name: undefined, start, end },
  ];
}

/** A hit of a version that takes 2 ms, unless it is said otherwise. */
function read(version: number, start: number, more: Partial<ReadEvent> = {}): ReadEvent {
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

const gone = { status: "deleted", version: undefined, name: undefined } as const;
const fence = (version: number, at: number) => ({ kind: "fence", key: KEY, version, at }) as const;
const flush = (at: number) => ({ kind: "flush", start: at - 1, end: at }) as const;
const settled = (version: number, at: number) =>
  ({ kind: "settled", key: KEY, version, state: "live", name: `n${version}`, at }) as const;

/** The invariants that a history breaks, each once a violation. */
function broken(history: readonly (HistoryEvent | readonly HistoryEvent[])[]): Invariant[] {
  const checker = new HistoryChecker({ deltaMs: 2000 });
  return history.flat().flatMap((event) => checker.apply(event)).map(({ invariant }) => invariant);
}

const allowed: Readonly<Record<string, Parameters<typeof broken>[0]>> = {
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
  "a deleted organization, live until its fence": [
    write(1, 10),
    remove(2, 30),
    read(1, 35),
    fence(2, 40),
    read(1, 41, gone),
  ],
};

for (const [title, history] of Object.entries(allowed)) {
  Deno.test(`HistoryChecker allows ${title}`, () => {
    deepStrictEqual(broken(history), []);
  });
}

const forbidden: readonly [Invariant, string, Parameters<typeof broken>[0]][] = [
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

for (const [invariant, title, history] of forbidden) {
  Deno.test(`HistoryChecker forbids ${title} (${invariant})`, () => {
    const found = broken(history);

    ok(found.includes(invariant), `found ${JSON.stringify(found)}`);
  });
}

Deno.test("HistoryChecker counts every violation and keeps the first to be shown", () => {
  const checker = new HistoryChecker({ deltaMs: 2000 });
  const history = [...write(1, 10), ...write(2, 20), fence(2, 30)];

  for (const event of history) checker.apply(event);
  for (let at = 31; at < 131; at += 1) checker.apply(read(1, at, { reader: undefined }));

  strictEqual(checker.counts.I1, 100);
  strictEqual(checker.total, 100);
  strictEqual(checker.violations.length, 20);
});

Deno.test("HistoryChecker judges 200,000 writes and 800,000 reads in bounded memory", () => {
  const checker = new HistoryChecker({ deltaMs: 2000 });
  const keys = 500;
  const versions = new Map<string, number>();
  let largest = 0;

  for (let count = 0; count < 200_000; count += 1) {
    const key = `o${count % keys}`;
    const version = (versions.get(key) ?? 0) + 1;
    const end = count * 10;
    versions.set(key, version);
    for (const event of write(version, end)) {
      if (event.kind === "attempt" || event.kind === "write") checker.apply({ ...event, key });
    }
    checker.apply({ kind: "fence", key, version, at: end + 1 });
    for (let reader = 0; reader < 4; reader += 1) {
      const other = `o${(count + 7 * reader) % keys}`;
      const known = versions.get(other) ?? 0;
      if (known > 0) checker.apply({ ...read(known, end + 2), key: other, reader: `r${reader}` });
    }
    if (count % 20_000 === 0) largest = Math.max(largest, checker.size);
  }
  checker.apply({ ...read(1, 2_000_010), key: "o1", reader: "late" });

  ok(Math.max(largest, checker.size) < 100 * keys, `${largest} things are remembered`);
  deepStrictEqual(checker.violations.map(({ invariant }) => invariant), ["I1", "I6"]);
});
