import { deepStrictEqual } from "node:assert/strict";
import { type Failing, shrink } from "./shrink.ts";

/** Fails while the tape has these numbers, in this order. */
function failsWith(...needed: number[]) {
  return (tape: readonly number[]): Promise<Failing | undefined> => {
    let at = 0;
    for (const value of tape) if (value === needed[at]) at += 1;
    return Promise.resolve(at < needed.length ? undefined : { tape, operations: tape.length });
  };
}

Deno.test("shrink() leaves what a failure needs", async () => {
  const tape = Array.from({ length: 60 }, (_, index) => index * 7 % 16);

  const { tape: shortest } = await shrink({ tape, operations: 60 }, failsWith(14, 5, 9));

  deepStrictEqual(shortest, [14, 5, 9]);
});

Deno.test("shrink() makes numbers smaller where the failure stays", async () => {
  const tryTape = ([count = 0, ...rest]: readonly number[]) =>
    Promise.resolve(
      count >= 3 && rest.includes(8) ? { tape: [count, ...rest], operations: count } : undefined,
    );

  const { tape } = await shrink({ tape: [15, 1, 8, 8], operations: 15 }, tryTape);

  deepStrictEqual(tape, [3, 8]);
});
