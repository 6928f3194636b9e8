import { strictEqual } from "node:assert/strict";
import { isCovered } from "./templates.ts";

const INPUT = { family: "cauce", containerDefinitions: [{ name: "main", cpu: 0 }], tags: null };

Deno.test("isCovered() takes what was registered with defaults and names added", () => {
  const registered = { ...structuredClone(INPUT), revision: 3, placementConstraints: [] };

  strictEqual(isCovered(INPUT, registered), true);
});

for (
  const [what, registered] of [
    ["another value", { ...INPUT, family: "other" }],
    ["another value deep inside", { ...INPUT, containerDefinitions: [{ name: "main", cpu: 1 }] }],
    ["one element more", { ...INPUT, containerDefinitions: [...INPUT.containerDefinitions, {}] }],
    ["a key that is missing", { family: "cauce" }],
    ["nothing", undefined],
  ] as const
) {
  Deno.test(`isCovered() sees ${what}`, () => {
    strictEqual(isCovered(INPUT, registered), false);
  });
}
