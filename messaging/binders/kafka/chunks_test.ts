import { deepStrictEqual, ok } from "node:assert/strict";
import { halve, toRounds } from "./chunks.ts";

function message(text: string, partition: number, bytes = 10) {
  return { key: text, partition, headers: {}, body: new Uint8Array(bytes) };
}

Deno.test("toRounds() puts a small batch into one round, each partition in its order", () => {
  const batch = [message("a", 1), message("b", 0), message("c", 1)];

  const rounds = toRounds(batch);

  deepStrictEqual(
    rounds.map((round) =>
      round.map(({ partition, messages }) => [partition, messages.map(({ key }) => key)])
    ),
    [[[1, ["a", "c"]], [0, ["b"]]]],
  );
});

Deno.test("toRounds() keeps chunks below the broker's limit and later ones for later rounds", () => {
  const batch = ["a", "b", "c", "d", "e"].map((key) => message(key, 0, 400_000));

  const rounds = toRounds(batch);

  deepStrictEqual(
    rounds.map((round) => round.map(({ messages }) => messages.map(({ key }) => key).join(""))),
    [["ab"], ["cd"], ["e"]],
  );
});

Deno.test("toRounds() sends a message alone that is larger than the limit", () => {
  const rounds = toRounds([message("a", 0), message("big", 0, 2_000_000), message("c", 0)]);

  ok(rounds.length === 3);
});

Deno.test("halve() keeps order and loses nothing", () => {
  const messages = ["a", "b", "c"].map((key) => message(key, 0));

  const halves = halve({ partition: 0, messages });

  deepStrictEqual(halves.map((half) => half.messages.length), [2, 1]);
  deepStrictEqual(halves.flatMap((half) => half.messages), messages);
});
