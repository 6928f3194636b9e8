import { deepStrictEqual, notDeepStrictEqual } from "node:assert/strict";
import * as fc from "fast-check";
import { checkOrder, type Numbered } from "./order_checker.ts";

Deno.test("checkOrder() is content when each key came in order, whatever lies between keys", () => {
  const verdict = judge("a1 b1 b2 a2 a3 b3");

  deepStrictEqual(verdict, { problems: [], repeats: 0 });
});

Deno.test("checkOrder() counts what came again, on the spot or from further back", () => {
  const verdict = judge("a1 a2 a2 a3 a4 a2 a3 a4 a5");

  deepStrictEqual(verdict, { problems: [], repeats: 4 });
});

Deno.test("checkOrder() does not miss what was never acknowledged", () => {
  const verdict = judge("a1 a3", { sent: "a1 a2 a3 a4", acknowledged: "a1 a3" });

  deepStrictEqual(verdict, { problems: [], repeats: 0 });
});

Deno.test("checkOrder() reports an acknowledged message that is lost, at the end and of a key that never came", () => {
  const verdict = judge("a1", { sent: "a1 a2 b1" });

  deepStrictEqual(verdict.problems, [
    '"a": 2 was acknowledged and is lost',
    '"b": 1 was acknowledged and is lost',
  ]);
});

Deno.test("checkOrder() reports two messages that changed places", () => {
  const verdict = judge("a1 a3 a2", { sent: "a1 a2 a3" });

  deepStrictEqual(verdict.problems, [
    '"a": from 1 to 3 passes over 2',
    '"a": 2 came only after 3',
  ]);
});

Deno.test("checkOrder() reports what was left out after a step back", () => {
  const verdict = judge("a1 a2 a3 a4 a2 a5");

  deepStrictEqual(verdict.problems, [
    '"a": from 2 to 5 passes over 3',
    '"a": from 2 to 5 passes over 4',
  ]);
});

Deno.test("checkOrder() reports an unacknowledged message that was stored after a later one", () => {
  const verdict = judge("a1 a3 a2", { sent: "a1 a2 a3", acknowledged: "a1 a3" });

  deepStrictEqual(verdict.problems, ['"a": 2 came only after 3']);
});

Deno.test("checkOrder() reports what nobody sent", () => {
  const verdict = judge("a1 a2 c1", { sent: "a1" });

  deepStrictEqual(verdict.problems, ['"a": 2 was never sent', '"c": 1 was never sent']);
});

Deno.test("checkOrder() accepts every history of a reader that falls back, and no mutant of it", () => {
  fc.assert(fc.property(histories, mutations, (history, mutation) => {
    const delivered = replay(history);
    const sent = numbers(history.count);
    const mutant = mutation(delivered);

    deepStrictEqual(checkOrder({ sent, acknowledged: sent, delivered }).problems, []);
    if (mutant !== undefined) {
      const verdict = checkOrder({ sent, acknowledged: sent, delivered: mutant });
      notDeepStrictEqual(verdict.problems, []);
    }
  }));
});

interface Reader {
  readonly count: number;
  /** After so many deliveries, so far back. */
  readonly falls: readonly (readonly [after: number, back: number])[];
}

const histories: fc.Arbitrary<Reader> = fc.record({
  count: fc.integer({ min: 3, max: 30 }),
  falls: fc.array(
    fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })),
    { maxLength: 5 },
  ),
});

type Mutation = (delivered: readonly Numbered[]) => readonly Numbered[] | undefined;

/** Each breaks the promise wherever it changes something; undefined where it finds nothing to break. */
const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.nat().map((at): Mutation => (delivered) => {
    const lost = delivered[at % delivered.length]?.sequence;
    return delivered.filter(({ sequence }) => sequence !== lost);
  }),
  fc.nat().map((at): Mutation => (delivered) => {
    const firsts = delivered.flatMap(({ sequence }, index) =>
      delivered.findIndex((other) => other.sequence === sequence) === index ? [index] : []
    );
    const place = firsts[at % firsts.length] ?? 0;
    const [one, next] = [delivered[place], delivered[place + 1]];
    // Only where the next is new, too, do two that change places change what came first.
    if (one === undefined || next === undefined || next.sequence <= one.sequence) return undefined;
    return delivered.with(place, next).with(place + 1, one);
  }),
  fc.nat().map((at): Mutation => (delivered) => {
    const stray = { key: "a", sequence: 1000 };
    return delivered.toSpliced(at % (delivered.length + 1), 0, stray);
  }),
);

function numbers(count: number): readonly Numbered[] {
  return Array.from({ length: count }, (_, index) => ({ key: "a", sequence: index + 1 }));
}

/** What a reader is given that falls back to an earlier message now and then, and goes on from there. */
function replay({ count, falls }: Reader): readonly Numbered[] {
  const delivered: Numbered[] = [];
  const left = [...falls].sort(([one], [other]) => one - other);
  let sequence = 1;
  while (sequence <= count) {
    delivered.push({ key: "a", sequence });
    const [after, back] = left[0] ?? [Infinity, 0];
    if (delivered.length >= after) {
      left.shift();
      sequence = Math.max(1, sequence + 1 - back);
    } else {
      sequence += 1;
    }
  }
  return delivered;
}

/** What came; all of it was sent and acknowledged where nothing else is said. */
function judge(delivered: string, given: { sent?: string; acknowledged?: string } = {}) {
  const sent = given.sent ?? delivered;
  return checkOrder({
    sent: read(sent),
    acknowledged: read(given.acknowledged ?? sent),
    delivered: read(delivered),
  });
}

function read(text: string): readonly Numbered[] {
  return text.split(" ").map((word) => ({ key: word.charAt(0), sequence: Number(word.slice(1)) }));
}
