import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { type Delivered, Recorder } from "./recorder.ts";

const AT_ONCE = 0;

Deno.test("Recorder judges deliveries by when their handlers began, not by when they were told", async () => {
  const recorder = recorderOf(2);

  recorder.deliver(delivered(2, { at: 20 }));
  recorder.follow(once([delivered(1, { at: 10 })]));

  deepStrictEqual(await recorder.assertKept(AT_ONCE), { repeats: 0, fenced: 0 });
});

Deno.test("Recorder counts what was delivered twice", async () => {
  const recorder = recorderOf(2);

  for (const [index, sequence] of [1, 1, 2].entries()) {
    recorder.deliver(delivered(sequence, { at: index }));
  }

  deepStrictEqual(await recorder.assertKept(AT_ONCE), { repeats: 1, fenced: 0 });
  strictEqual(recorder.times({ key: "a", sequence: 1 }), 2);
});

Deno.test("Recorder does not judge deliveries whose tokens are older than their partition's", async () => {
  const recorder = recorderOf(3);

  recorder.deliver(delivered(1, { at: 1, token: 1 }));
  recorder.deliver(delivered(2, { at: 2, token: 2 }));
  recorder.deliver(delivered(3, { at: 3, token: 2 }));
  recorder.deliver(delivered(2, { at: 4, token: 1 }));
  recorder.deliver(delivered(3, { at: 5, token: 1, partition: 1 }));

  deepStrictEqual(await recorder.assertKept(AT_ONCE), { repeats: 1, fenced: 1 });
});

Deno.test("Recorder calls lost what only a fenced member was given", async () => {
  const recorder = recorderOf(2);

  recorder.deliver(delivered(1, { at: 1, token: 2 }));
  recorder.deliver(delivered(2, { at: 2, token: 1 }));

  await rejects(recorder.assertKept(AT_ONCE), /2 was acknowledged and is lost/);
});

Deno.test("Recorder calls lost what was acknowledged and never came", async () => {
  const recorder = recorderOf(2);

  recorder.deliver(delivered(1, { at: 1 }));

  await rejects(recorder.assertKept(AT_ONCE), /2 was acknowledged and is lost/);
});

/** One that has seen so many messages of a key acknowledged. */
function recorderOf(count: number): Recorder {
  const recorder = new Recorder();
  for (let sequence = 1; sequence <= count; sequence += 1) {
    recorder.sending({ key: "a", sequence });
    recorder.acknowledge({ key: "a", sequence });
  }
  return recorder;
}

function delivered(sequence: number, rest: Partial<Delivered>): Delivered {
  return { key: "a", sequence, partition: 0, token: 1, at: 0, ...rest };
}

function once<T>(items: readonly T[]): () => readonly T[] {
  let left = items;
  return () => {
    const now = left;
    left = [];
    return now;
  };
}
