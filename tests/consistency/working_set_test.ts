import { ok, strictEqual } from "node:assert/strict";
import { type Subject, WorkingSet } from "./working_set.ts";

const subject = (organizationId: string): Subject => ({
  organizationId,
  licensePath: `/${organizationId}`,
  isAskedFor: false,
  version: 1,
  names: 1,
  isLeaving: false,
});

function filled(size: number, random: () => number): WorkingSet {
  const set = new WorkingSet(size, { exponent: 1, random });
  for (let index = 0; index < size; index += 1) set.add(subject(`o${index}`));
  return set;
}

Deno.test("WorkingSet picks by Zipf's law: the first twice as often as the second", () => {
  const draws = 10_000;
  let turn = 0;
  const set = filled(100, () => turn++ / draws);
  const counts = new Map<string, number>();

  for (let draw = 0; draw < draws; draw += 1) {
    const { organizationId } = set.pick();
    counts.set(organizationId, (counts.get(organizationId) ?? 0) + 1);
  }

  const ratio = (counts.get("o0") ?? 0) / (counts.get("o1") ?? 1);
  ok(Math.abs(ratio - 2) < 0.05, `${ratio}`);
  strictEqual(counts.size, 100);
});

Deno.test("WorkingSet gives a deleted one's place to another and remembers the last deleted", () => {
  const set = filled(1, () => 0);
  let forgotten: Subject | undefined;

  for (let index = 1; index <= 51; index += 1) {
    forgotten = set.replace(set.pick(), subject(`o${index}`));
  }

  strictEqual(set.pick().organizationId, "o51");
  strictEqual(set.pickDeleted()?.organizationId, "o1");
  strictEqual(forgotten?.organizationId, "o0");
});
