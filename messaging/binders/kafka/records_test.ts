import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { KafkajsRecord } from "./kafkajs_types.ts";
import { toFetched, toRecord } from "./records.ts";

const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);
const COMMIT_MARKER = Buffer.from([0, 0, 0, 1]);

Deno.test("toFetched() passes over what lies before the position and goes on behind the last", () => {
  const messages = [record(4), record(5), record(6)];

  const { deliveries, nextOffset } = toFetched(partition(messages), 5);

  deepStrictEqual(deliveries.map(({ offset }) => offset), ["5", "6"]);
  strictEqual(nextOffset, 7);
});

Deno.test("toFetched() stays where it is when nothing came", () => {
  deepStrictEqual(toFetched(partition([]), 5), { partition: 3, deliveries: [], nextOffset: 5 });
});

Deno.test("toFetched() leaves out aborted transactions and control records, and goes on behind them", () => {
  const messages = [
    record(0, { producerId: "1" }),
    record(1, { producerId: "2" }),
    record(2, { producerId: "1", marker: ABORT_MARKER }),
    record(3, { producerId: "1" }),
    record(4, { producerId: "2", marker: COMMIT_MARKER }),
    record(5, { producerId: "1", marker: COMMIT_MARKER }),
  ];
  const aborted = [{ producerId: "1", firstOffset: "0" }];

  const { deliveries, nextOffset } = toFetched(partition(messages, aborted), 0);

  deepStrictEqual(deliveries.map(({ offset }) => offset), ["1", "3"]);
  strictEqual(nextOffset, 6);
});

Deno.test("toFetched() takes the first value of a header, in lower case, whatever its name", () => {
  const bytes = (text: string) => Buffer.from(text);
  const headers = {
    "Content-Type": bytes("a"),
    twice: [bytes("first"), bytes("second")],
    nothing: null,
    // How kafkajs hands over a header with the name of something inherited.
    constructor: [Object, bytes("own")],
  };

  const { deliveries } = toFetched(partition([{ ...record(0), headers }]), 0);

  deepStrictEqual(
    { ...deliveries[0]?.headers },
    { "content-type": "a", twice: "first", nothing: "", constructor: "own" },
  );
});

Deno.test("toFetched() gives a message without key and value an empty key and body", () => {
  const { deliveries } = toFetched(partition([{ ...record(0), key: null, value: null }]), 0);

  strictEqual(deliveries[0]?.key, "");
  strictEqual(deliveries[0]?.body.length, 0);
});

Deno.test("toRecord() sends an empty key as none", () => {
  const body = new Uint8Array([1, 2, 3]).subarray(1);

  const encoded = toRecord({ key: "", partition: 0, headers: {}, body });

  deepStrictEqual(encoded, { key: null, value: Buffer.from([2, 3]), headers: {} });
});

function partition(
  messages: readonly KafkajsRecord[],
  abortedTransactions: { producerId: string; firstOffset: string }[] | null = null,
) {
  return { partition: 3, messages, abortedTransactions };
}

function record(
  offset: number,
  transaction?: { producerId: string; marker?: Buffer },
): KafkajsRecord {
  return {
    offset: String(offset),
    timestamp: "1700000000000",
    key: transaction?.marker ?? Buffer.from("key"),
    value: Buffer.from("value"),
    headers: {},
    isControlRecord: transaction?.marker !== undefined,
    batchContext: {
      producerId: transaction?.producerId ?? "-1",
      inTransaction: transaction !== undefined,
    },
  };
}
