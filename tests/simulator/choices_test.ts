import { deepStrictEqual, ok } from "node:assert/strict";
import { Choices } from "./choices.ts";

function draw(choices: Choices, count: number): number[] {
  return Array.from({ length: count }, () => choices.below(10));
}

Deno.test("Choices draws the same from the same seed, and something else from the next", () => {
  const choices = new Choices();
  const from = (seed: number) => {
    choices.useSeed(seed);
    return draw(choices, 20);
  };

  deepStrictEqual(from(5), from(5));
  ok(from(5).join() !== from(6).join());
  ok(from(5).join() !== from(5 + 2 ** 32).join());
});

Deno.test("Choices plays a tape, and after its end the dullest choice", () => {
  const choices = new Choices();

  choices.useTape([3, 99, 1]);

  // 99 is more than there is to choose from.
  deepStrictEqual(draw(choices, 5), [3, 9, 1, 0, 0]);
  deepStrictEqual(choices.drawn, [3, 9, 1, 0, 0]);
});

Deno.test("Choices keeps what a seed draws, so that it can be played again", () => {
  const choices = new Choices();
  choices.recordSeed(5);
  const drawn = draw(choices, 20);

  choices.useTape(choices.drawn);

  deepStrictEqual(draw(choices, 20), drawn);
});
