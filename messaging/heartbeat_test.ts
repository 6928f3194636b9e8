import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { InvalidMessageError } from "./errors.ts";
import { encodeHeartbeat, isHeartbeat, readHeartbeat } from "./heartbeat.ts";
import { type Delivery, toBytes } from "./message.ts";

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const from = { source: "/organization", partitionCount: 4 };
const here = { partition: 3, now: TIME + 5 };

function arrived(change: Partial<Delivery> = {}): Delivery {
  const { key, headers, body } = encodeHeartbeat({ partition: 3, time: TIME }, from);
  return { key, headers, body: toBytes(body), offset: "7", storedAt: TIME, ...change };
}

function withBody(text: string): Delivery {
  return arrived({ body: new TextEncoder().encode(text) });
}

function withTime(ceTime: string): Delivery {
  return arrived({ headers: { ce_type: "cauce.heartbeat", ce_time: ceTime } });
}

Deno.test("readHeartbeat() reads what encodeHeartbeat() wrote", () => {
  strictEqual(isHeartbeat(arrived().headers), true);
  deepStrictEqual(readHeartbeat(arrived(), here), { partition: 3, partitionCount: 4, time: TIME });
});

Deno.test("a heartbeat has no key and is a CloudEvent in binary mode", () => {
  const { key, headers, body } = arrived();

  strictEqual(key, "");
  strictEqual(headers["ce_specversion"], "1.0");
  strictEqual(headers["ce_id"], `3-${TIME}`);
  strictEqual(headers["ce_time"], "2026-01-02T03:04:05.678Z");
  strictEqual(new TextDecoder().decode(body), '{"partitionCount":4}');
});

Deno.test("encodeHeartbeat() refuses what is no partition and no time", () => {
  for (const beat of [{ partition: 4, time: 0 }, { partition: -1, time: 0 }]) {
    throws(() => encodeHeartbeat(beat, from), InvalidMessageError);
  }
  for (const time of [NaN, -1, Infinity, 9e15]) {
    throws(() => encodeHeartbeat({ partition: 0, time }, from), InvalidMessageError);
  }
});

const hostile: Readonly<Record<string, Delivery>> = {
  "without JSON": withBody("{"),
  "with bytes that are no text": arrived({ body: new Uint8Array([0xff, 0xfe]) }),
  "with a body of a megabyte": withBody(`{"partitionCount":4,"x":"${"x".repeat(1_000_000)}"}`),
  "with null": withBody("null"),
  "without a count": withBody("{}"),
  "whose count is inherited": withBody('{"__proto__":{"partitionCount":4}}'),
  "with a count of 0": withBody('{"partitionCount":0}'),
  "with half a partition": withBody('{"partitionCount":4.5}'),
  "with a count that is a text": withBody('{"partitionCount":"4"}'),
  "with a count of 2^53": withBody('{"partitionCount":9007199254740992}'),
  "with a count of 1e999": withBody('{"partitionCount":1e999}'),
  "with fewer partitions than its own": withBody('{"partitionCount":3}'),
  "without a time": arrived({ headers: { ce_type: "cauce.heartbeat" } }),
  "with a time that is a word": withTime("now"),
  "with a time that is a number": withTime("1767323045678"),
  "with a time that does not exist": withTime("2026-13-45T00:00:00Z"),
  "with a time before 1970": withTime("1969-12-31T23:59:59Z"),
  "with a time of another zone": withTime("2026-01-02T03:04:05+14:00"),
  "from the far future": withTime("9999-12-31T23:59:59Z"),
};

for (const [what, delivery] of Object.entries(hostile)) {
  Deno.test(`readHeartbeat() believes no heartbeat ${what}`, () => {
    strictEqual(typeof readHeartbeat(delivery, here), "string");
  });
}

Deno.test("readHeartbeat() allows for clocks that differ a little", () => {
  const beat = readHeartbeat(arrived(), { partition: 3, now: TIME - 1000 });

  deepStrictEqual(beat, { partition: 3, partitionCount: 4, time: TIME });
});
