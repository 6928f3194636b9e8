import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { partitionOf } from "../partition.ts";
import { type DeadLetter, payloadOf, toLetter, toReplay, withPayload } from "./letter.ts";

const own = {
  "x-reason": "Error: no",
  "x-attempts": "3",
  "x-original-destination": "notes",
  "x-original-partition": "2",
  "x-original-offset": "17",
  "x-stack-digest": "0123456789abcdef",
};

function letter(body: string, headers: Record<string, string> = {}): DeadLetter {
  const found = toLetter({
    key: "a",
    headers: Object.assign(Object.create(null), headers, own),
    body: new TextEncoder().encode(body),
    offset: "5",
    storedAt: 1,
  });
  if (found === undefined) throw new Error("no letter");
  return found;
}

const structured = { "content-type": "application/cloudevents+json" };

Deno.test("toLetter() reads what a dead letter adds and keeps the message's own headers", () => {
  const { id, reason, attempts, original, headers } = letter("{}", { "x-mine": "1" });

  deepStrictEqual([id, reason, attempts], ["5", "Error: no", 3]);
  deepStrictEqual(original, { destination: "notes", partition: 2, offset: "17" });
  deepStrictEqual({ ...headers }, { "x-mine": "1" });
});

Deno.test("toLetter() takes nothing for a dead letter that does not say where it came from", () => {
  const delivery = { key: "", headers: {}, body: new Uint8Array(), offset: "0", storedAt: 0 };

  strictEqual(toLetter(delivery), undefined);
});

Deno.test("withPayload() replaces the body, or the data of a structured event", () => {
  deepStrictEqual(payloadOf(withPayload(letter("not JSON"), { n: 1 })), { n: 1 });

  const event = withPayload(letter('{"id":"e","data":{"n":0}}', structured), { n: 1 });
  strictEqual(new TextDecoder().decode(event.body), '{"id":"e","data":{"n":1}}');
});

Deno.test("withPayload() makes a body of another type JSON", () => {
  const edited = withPayload(letter("x", { "content-type": "image/png", note: "keep" }), 1);

  deepStrictEqual({ ...edited.headers }, { "content-type": "application/json", note: "keep" });
});

Deno.test("withPayload() refuses where a structured event cannot be read", () => {
  for (const body of ["no", "[]", "null"]) {
    throws(() => withPayload(letter(body, structured), 1), { name: "InvalidMessageError" }, body);
  }
});

Deno.test("toReplay() keeps the partition the sender chose, and falls back on the key's", () => {
  const place = (partitionCount: number) =>
    toReplay(letter("{}"), { group: "g", partitionCount }).partition;

  strictEqual(place(3), 2);
  strictEqual(place(2), partitionOf("a", 2));
});

Deno.test("toReplay() names the group and where the message stood first", () => {
  const replay = toReplay(letter("{}"), { group: "g", partitionCount: 3 });
  const again = toReplay(letter("{}", { ...replay.headers, "x-replay-of": "notes/0/1" }), {
    group: "h",
    partitionCount: 3,
  });

  deepStrictEqual({ ...replay.headers }, { "x-replay-group": "g", "x-replay-of": "notes/2/17" });
  deepStrictEqual({ ...again.headers }, { "x-replay-group": "h", "x-replay-of": "notes/0/1" });
});
