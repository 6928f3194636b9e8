import { deepStrictEqual } from "node:assert/strict";
import { createFilter, type LetterFilter } from "./filter.ts";
import type { DeadLetter } from "./letter.ts";

const letters = [
  letter("1", { key: "a", reason: "Error: No Room", storedAt: 10 }),
  letter("2", { key: "b", reason: "Error: no room", storedAt: 20 }),
  letter("3", { key: "a", reason: "TypeError: null", storedAt: 30 }),
];

function letter(
  id: string,
  rest: Pick<DeadLetter, "key" | "reason" | "storedAt">,
): DeadLetter {
  const original = { destination: "d", partition: 0, offset: id };
  const body = new Uint8Array();
  return { id, ...rest, attempts: 1, stackDigest: "", original, headers: {}, body };
}

function found(filter?: LetterFilter): string {
  return letters.filter(createFilter(filter)).map(({ id }) => id).join("");
}

Deno.test("a filter without conditions means every letter", () => {
  deepStrictEqual([found(), found({}), found({ ids: [] })], ["123", "123", ""]);
});

Deno.test("a filter takes a part of the reason in any case, a whole key, ids, and a time", () => {
  deepStrictEqual(
    [
      found({ reason: "NO ROOM" }),
      found({ key: "a" }),
      found({ ids: ["2", "9"] }),
      found({ since: 20 }),
    ],
    ["12", "13", "2", "23"],
  );
});

Deno.test("all conditions of a filter must hold", () => {
  deepStrictEqual(found({ reason: "room", key: "a", since: 10 }), "1");
});
