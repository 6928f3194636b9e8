import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { allowed, fence, forbidden, type History, read, write } from "./handmade_histories.ts";
import type { Invariant } from "./history.ts";
import { HistoryChecker } from "./history_checker.ts";

/** The invariants that a history breaks, each once a violation. */
function broken(history: History): Invariant[] {
  const checker = new HistoryChecker({ deltaMs: 2000 });
  return history.flat().flatMap((event) => checker.apply(event)).map(({ invariant }) => invariant);
}

for (const [title, history] of Object.entries(allowed)) {
  Deno.test(`HistoryChecker allows ${title}`, () => {
    deepStrictEqual(broken(history), []);
  });
}

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
