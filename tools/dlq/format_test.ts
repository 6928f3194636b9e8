import { match, strictEqual } from "node:assert/strict";
import type { LetterView } from "@cauce/messaging/dead-letters";
import { formatGroups, formatLetter, formatLetters } from "./format.ts";

const letter: LetterView = {
  id: "5",
  key: "a",
  state: "waiting",
  edited: true,
  reason: "Error: no\u001b[31m",
  attempts: 3,
  stackDigest: "0123456789abcdef",
  storedAt: "2026-01-02T03:04:05.678Z",
  original: { destination: "notes", partition: 0, offset: "17" },
  headers: { ce_id: "e-1" },
  payload: { n: 7 },
};

Deno.test("a list of letters is a table whose columns stand below each other", () => {
  const lines = formatLetters([letter, { ...letter, key: "a long key" }], "error.notes.g").split(
    "\n",
  );

  strictEqual(lines.length, 3);
  strictEqual(new Set(lines.map((line) => line.search(/TRIES|3 {6}/))).size, 1);
});

Deno.test("nothing to list is said in words", () => {
  strictEqual(formatLetters([], "error.notes.g"), "No dead letters in error.notes.g");
  strictEqual(formatGroups([], "error.notes.g"), "No dead letters in error.notes.g");
});

Deno.test("a letter shows what was edited, how it came and who acted", () => {
  const acts = [
    {
      kind: "edited",
      payload: { n: 7 },
      by: "ana",
      run: "r",
      at: "2026-01-03T00:00:00.000Z",
    } as const,
  ];

  const text = formatLetter({ ...letter, came: { text: "no JSON" }, acts });

  match(text, /^payload +\{"n":7\}$/m);
  match(text, /^came as +no JSON$/m);
  match(text, /^act +2026-01-03T00:00:00.000Z edited by ana$/m);
  match(text, /^header +ce_id: e-1$/m);
});

Deno.test("what came from outside cannot steer the terminal", () => {
  strictEqual(formatLetters([letter], "").includes("\u001b"), false);
  strictEqual(formatLetter({ ...letter, came: { text: "" }, acts: [] }).includes("\u001b"), false);
});
