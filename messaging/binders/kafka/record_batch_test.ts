import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type OutgoingMessage, toBytes } from "../../message.ts";
import { ByteWriter } from "./byte_writer.ts";
import { crc32c } from "./crc32c.ts";
import { toFetched } from "./fetched_records.ts";
import { writeRecordBatch } from "./record_batch.ts";
import { kafkajsBatch } from "./kafkajs_batch_fixture.ts";

const NOW = 1_700_000_000_123;
const identity = { producerId: "4000000000", epoch: 7 };

Deno.test("writeRecordBatch() writes the very bytes that kafkajs would, for texts of any length and script", async () => {
  const messages = [
    message({}),
    message({ key: "", headers: {}, body: "" }),
    message({ key: "schlüssel-鍵-🔑", headers: { "x-ключ": "значение", empty: "" } }),
    message({ key: "k".repeat(70), headers: { long: "v".repeat(9000) }, body: "b".repeat(20_000) }),
    message({ body: "x".repeat(200_000) }),
    { ...message({}), body: "text ✓" },
    { ...message({}), body: "" },
    { ...message({}), body: "long ASCII ".repeat(5_000) },
    { ...message({}), body: "long ✓ 😀 ".repeat(5_000) },
  ];

  const ours = write(messages, 42);

  const theirs = await kafkajsBatch({
    records: messages.map(({ key, headers, body }) => ({
      key: key === "" ? null : key,
      value: Buffer.from(toBytes(body)),
      headers,
    })),
    firstTimestamp: NOW,
    maxTimestamp: NOW,
    producerId: identity.producerId,
    producerEpoch: identity.epoch,
    firstSequence: 42,
    partitionLeaderEpoch: -1,
  });
  strictEqual(ours.toString("hex"), theirs.toString("hex"));
});

Deno.test("writeRecordBatch() writes what toFetched() reads, in order, whatever is in it", () => {
  const messages = Array.from({ length: 300 }, (_, index) =>
    message({
      key: `key-${index % 3}`,
      headers: { "content-type": "application/json", index: String(index), "ünï": "✓" },
      body: `${index} ✓`,
    }));

  const { deliveries, nextOffset } = toFetched(
    { partition: 1, aborted: [], records: write(messages, 0) },
    0,
  );

  strictEqual(nextOffset, 300);
  deepStrictEqual(
    deliveries.map(({ key, headers, body }) => ({
      key,
      headers: { ...headers },
      body: text(body),
    })),
    messages.map(({ key, headers, body }) => ({ key, headers, body: text(toBytes(body)) })),
  );
  deepStrictEqual(deliveries.slice(0, 2).map(({ offset, storedAt }) => ({ offset, storedAt })), [
    { offset: "0", storedAt: NOW },
    { offset: "1", storedAt: NOW },
  ]);
});

Deno.test("crc32c() computes the check value of its polynomial", () => {
  strictEqual(crc32c(Buffer.from("123456789")) >>> 0, 0xe3069283);
});

function write(messages: readonly OutgoingMessage[], firstSequence: number): Buffer {
  const writer = new ByteWriter(64);
  writeRecordBatch(writer, { messages, firstSequence }, { identity, now: NOW });
  return writer.written;
}

function message(
  { key = "key", headers = { a: "1" }, body = "body" }: {
    key?: string;
    headers?: Record<string, string>;
    body?: string;
  },
): OutgoingMessage {
  return { key, partition: 0, headers, body: new TextEncoder().encode(body) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
