import { deepStrictEqual, ok } from "node:assert/strict";
import { planGroup } from "./group_plan.ts";

const eight = [0, 1, 2, 3, 4, 5, 6, 7];

Deno.test("planGroup() gives a lone member everything", () => {
  const plan = planGroup([{ memberId: "a", owned: [], seeks: false }], eight);

  deepStrictEqual([...plan], [["a", eight]]);
});

Deno.test("planGroup() withholds what a member has to give up, and hands it on once it is free", () => {
  const joining = planGroup(
    [{ memberId: "b", owned: [], seeks: false }, { memberId: "a", owned: eight, seeks: false }],
    eight,
  );
  const handed = planGroup(
    [{ memberId: "b", owned: [], seeks: false }, {
      memberId: "a",
      owned: [0, 1, 2, 3],
      seeks: false,
    }],
    eight,
  );

  deepStrictEqual(Object.fromEntries(joining), { a: [0, 1, 2, 3], b: [] });
  deepStrictEqual(Object.fromEntries(handed), { a: [0, 1, 2, 3], b: [4, 5, 6, 7] });
});

Deno.test("planGroup() moves nothing while the shares are even", () => {
  const members = [
    { memberId: "a", owned: [1, 6], seeks: false },
    { memberId: "b", owned: [0, 3, 7], seeks: false },
    { memberId: "c", owned: [2, 4, 5], seeks: false },
  ];

  const plan = planGroup(members, eight);

  deepStrictEqual(
    Object.fromEntries(plan),
    Object.fromEntries(
      members.map(({ memberId, owned }) => [memberId, owned]),
    ),
  );
});

Deno.test("planGroup() ends with even shares from any start, each partition with one member", () => {
  let held = new Map<string, readonly number[]>([["a", eight], ["b", []], ["c", [7]], ["d", []]]);

  for (let round = 0; round < 3; round += 1) {
    held = planGroup(
      [...held].map(([memberId, owned]) => ({ memberId, owned, seeks: false })),
      eight,
    );
  }

  deepStrictEqual([...held.values()].flat().sort(), eight);
  ok([...held.values()].every((owned) => owned.length === 2));
});

Deno.test("planGroup() leaves members without work when there are more of them than partitions", () => {
  const members = ["a", "b", "c"].map((memberId) => ({ memberId, owned: [], seeks: false }));

  const plan = planGroup(members, [0]);

  deepStrictEqual([...plan.values()].flat(), [0]);
});

Deno.test("planGroup() lets nobody keep anything while a member seeks, then gives the seeker all", () => {
  const waiting = { memberId: "b", owned: [], seeks: true };

  const before = planGroup([{ memberId: "a", owned: eight, seeks: false }, waiting], eight);
  const after = planGroup([{ memberId: "a", owned: [], seeks: false }, waiting], eight);

  deepStrictEqual(Object.fromEntries(before), { a: [], b: [] });
  deepStrictEqual(Object.fromEntries(after), { a: [], b: eight });
});

Deno.test("planGroup() lets one member seek at a time", () => {
  const seekers = ["b", "a"].map((memberId) => ({ memberId, owned: [], seeks: true }));

  deepStrictEqual(Object.fromEntries(planGroup(seekers, eight)), { a: eight, b: [] });
});
