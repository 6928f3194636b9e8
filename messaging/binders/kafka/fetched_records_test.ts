import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type AbortedTransaction, toFetched } from "./fetched_records.ts";
import { kafkajsBatch, type KafkajsBatchOptions } from "./kafkajs_batch_fixture.ts";

const TRANSACTIONAL = 0x10;
const LOG_APPEND_TIME = 0x08;
const CONTROL = 0x20;
const GZIP = 1;
const SNAPPY = 2;
const MEBIBYTE = 1024 * 1024;
const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);
const COMMIT_MARKER = Buffer.from([0, 0, 0, 1]);

Deno.test("toFetched() passes over what lies before the position and goes on behind the last", async () => {
  const records = await batch({ firstOffset: 4, records: [{}, {}, {}] });

  const { deliveries, nextOffset } = fetched(records, { position: 5 });

  deepStrictEqual(deliveries.map(({ offset }) => offset), ["5", "6"]);
  strictEqual(nextOffset, 7);
});

Deno.test("toFetched() stays where it is when nothing came", () => {
  const nothing = { partition: 3, deliveries: [], nextOffset: 5 };

  deepStrictEqual(fetched(Buffer.alloc(0), { position: 5 }), nothing);
  deepStrictEqual(toFetched({ partition: 3, aborted: [], records: undefined }, 5), nothing);
});

Deno.test("toFetched() goes on behind records that compaction took away", async () => {
  const records = await batch({ firstOffset: 4, lastOffsetDelta: 9, records: [{}] });

  strictEqual(fetched(records).nextOffset, 14);
});

Deno.test("toFetched() leaves a batch that was cut off to the next fetch", async () => {
  const whole = await batch({ firstOffset: 0, records: [{}, {}] });
  const next = await batch({ firstOffset: 2, records: [{}] });

  for (let cut = 1; cut < next.length; cut += 1) {
    const { deliveries, nextOffset } = fetched(
      Buffer.concat([whole, next.subarray(0, next.length - cut)]),
    );

    strictEqual(deliveries.length, 2);
    strictEqual(nextOffset, 2);
  }
});

Deno.test("toFetched() leaves out aborted transactions and control records, and goes on behind them", async () => {
  const records = Buffer.concat([
    await batch({ firstOffset: 0, producerId: 1, flags: TRANSACTIONAL }),
    await batch({ firstOffset: 1, producerId: 2, flags: TRANSACTIONAL }),
    await batch({ firstOffset: 2, producerId: 1, ...marker(ABORT_MARKER) }),
    await batch({ firstOffset: 3, producerId: 1, flags: TRANSACTIONAL }),
    await batch({ firstOffset: 4, producerId: 2, ...marker(COMMIT_MARKER) }),
    await batch({ firstOffset: 5, producerId: 1, ...marker(COMMIT_MARKER) }),
  ]);

  const { deliveries, nextOffset } = fetched(records, {
    aborted: [{ producerId: 1, firstOffset: 0 }],
  });

  deepStrictEqual(deliveries.map(({ offset }) => offset), ["1", "3"]);
  strictEqual(nextOffset, 6);
});

Deno.test("toFetched() takes the first value of a header, in lower case, whatever its name", async () => {
  const headers = { "Content-Type": "a", twice: ["first", "second"], constructor: "own" };
  const records = await batch({ records: [{ headers }, { headers: {} }] });

  const [first, second] = fetched(records).deliveries;

  deepStrictEqual({ ...first?.headers }, {
    "content-type": "a",
    twice: "first",
    constructor: "own",
  });
  strictEqual(second?.headers["constructor"], undefined);
});

Deno.test("toFetched() keeps a header that is called __proto__ a header", async () => {
  const headers = Object.assign(Object.create(null), { ["__proto__"]: "polluted" });

  const [delivery] = fetched(await batch({ records: [{ headers }] })).deliveries;

  deepStrictEqual(Object.keys(delivery?.headers ?? {}), ["__proto__"]);
});

Deno.test("toFetched() tells texts apart that have the same length, and empty ones from the last", async () => {
  const records = await batch({
    records: ["aa", "ab", "aa", "", "aa"].map((value) => ({ key: value, headers: { value } })),
  });

  const read = fetched(records).deliveries.map(({ key, headers }) => [key, headers["value"]]);

  deepStrictEqual(read, ["aa", "ab", "aa", "", "aa"].map((text) => [text, text]));
});

Deno.test("toFetched() gives a message without key and value an empty key and body", async () => {
  const [delivery] = fetched(await batch({ records: [{ key: null, value: null }] })).deliveries;

  strictEqual(delivery?.key, "");
  strictEqual(delivery?.body.length, 0);
});

Deno.test("toFetched() takes the time of each record, or the broker's where that is the topic's", async () => {
  const times = { firstTimestamp: 1000, maxTimestamp: 9_000_000_000_000 };
  const records = [{}, { timestampDelta: 7_000_000_000 }, { timestampDelta: -3 }];

  const own = fetched(await batch({ ...times, records }));
  const brokers = fetched(await batch({ ...times, records: [{}], flags: LOG_APPEND_TIME }));

  deepStrictEqual(own.deliveries.map(({ storedAt }) => storedAt), [1000, 7_000_001_000, 997]);
  strictEqual(brokers.deliveries[0]?.storedAt, 9_000_000_000_000);
});

Deno.test("toFetched() reads batches that are compressed with gzip", async () => {
  const records = await batch({ compression: GZIP, records: [{}, { value: Buffer.from("2") }] });

  strictEqual(String(fetched(records).deliveries[1]?.body), "2");
});

Deno.test("toFetched() leaves a batch that expands too far as it came, and takes no more at once", async () => {
  const large = { value: Buffer.alloc(40 * MEBIBYTE) };
  const of = (records: object[], firstOffset: number) =>
    batch({ compression: GZIP, records, firstOffset });
  const bomb = await of([large, large], 0);
  const next = await of([large], 2);
  const last = await of([large], 3);

  const first = fetched(Buffer.concat([bomb, next, last]));
  const second = fetched(last, { position: first.nextOffset });

  deepStrictEqual(
    first.deliveries.map(({ offset, body, headers }) => [offset, body.length, { ...headers }]),
    [["1", bomb.length - 61, { "content-type": "application/gzip" }], ["2", 40 * MEBIBYTE, {}]],
  );
  strictEqual(first.nextOffset, 3);
  deepStrictEqual(second.deliveries.map(({ offset }) => offset), ["3"]);
});

Deno.test("toFetched() says so where it cannot read a batch", async () => {
  const compressed = await batch({ flags: SNAPPY });
  const old = await batch({});
  old.writeInt8(1, 16);

  throws(() => fetched(compressed), { code: "UNSUPPORTED_COMPRESSION_TYPE" });
  throws(() => fetched(old), { code: "UNSUPPORTED_FOR_MESSAGE_FORMAT" });
});

function fetched(
  records: Buffer,
  { position = 0, aborted = [] }: {
    position?: number;
    aborted?: readonly AbortedTransaction[];
  } = {},
) {
  return toFetched({ partition: 3, aborted, records }, position);
}

/** `flags` are attributes that kafkajs would not set. */
async function batch(
  { flags = 0, records = [{}], ...options }: Partial<KafkajsBatchOptions> & { flags?: number },
): Promise<Buffer> {
  const filled = records.map((record) => ({
    key: "key",
    value: Buffer.from("value"),
    headers: {},
    ...record,
  }));
  const bytes = await kafkajsBatch({ ...options, records: filled });
  bytes.writeInt16BE(bytes.readInt16BE(21) | flags, 21);
  return bytes;
}

function marker(key: Buffer) {
  return { flags: TRANSACTIONAL | CONTROL, records: [{ key }] };
}
