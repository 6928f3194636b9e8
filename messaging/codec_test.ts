import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { z } from "zod";
import { defineChannel } from "./channel.ts";
import { type ContentMode, createEncoder } from "./codec.ts";
import { decodeMessage } from "./decode.ts";
import { InvalidMessageError } from "./errors.ts";
import type { Delivery } from "./message.ts";
import { partitionOf } from "./partition.ts";

const channel = defineChannel({
  name: "things",
  schema: z.object({ id: z.string(), text: z.string().optional() }),
  keyOf: ({ id }) => id,
  typeOf: () => "thing.changed",
});
const position = { destination: "things", partition: 3, offset: "7" };
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const time = Date.UTC(2026, 0, 2);

function encode(contentMode: ContentMode = "binary") {
  const contentType = "application/json";
  return createEncoder(channel, { source: "/tests", contentMode, contentType });
}

function delivery(headers: Record<string, string>, body: string | Uint8Array): Delivery {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { key: "k", headers, body: bytes, offset: "7", storedAt: 5 };
}

const json = { "content-type": "application/json" };
const event = { ce_specversion: "1.0", ce_id: "e", ce_source: "s", ce_type: "t" };

for (const mode of ["binary", "structured"] as const) {
  Deno.test(`decodeMessage() reads what the encoder wrote in ${mode} mode`, () => {
    const item = { payload: { id: "a", text: "Grüße" }, id: "e-1", time, traceparent };

    const { key, headers, body } = encode(mode)(item, 8);
    const message = decodeMessage(channel, { ...delivery(headers, body), key }, position);

    deepStrictEqual(
      [message.id, message.source, message.type, message.subject, message.time, message.key],
      ["e-1", "/tests", "thing.changed", "a", time, "a"],
    );
    deepStrictEqual(message.payload, { id: "a", text: "Grüße" });
    strictEqual(message.traceparent, traceparent);
    deepStrictEqual(message.position, position);
  });
}

Deno.test("the encoder in binary mode sends the seven headers of an event and no more", () => {
  const { headers } = encode()({ payload: { id: "a" } }, 8);

  deepStrictEqual(Object.keys(headers).sort(), [
    "ce_id",
    "ce_source",
    "ce_specversion",
    "ce_subject",
    "ce_time",
    "ce_type",
    "content-type",
  ]);
});

Deno.test("the encoder writes each time as ISO 8601 in milliseconds, whatever came before", () => {
  const second = Date.UTC(2026, 0, 2, 3, 4, 5);
  const times = [
    second,
    second + 7,
    second + 999,
    second + 1000,
    second + 12.75,
    0,
    -1,
    -0.5,
    8e15,
  ];

  const written = times.map((time) =>
    encode()({ payload: { id: "a" }, time }, 8).headers["ce_time"]
  );

  deepStrictEqual(written, times.map((time) => new Date(time).toISOString()));
});

Deno.test("the encoder refuses a time that is none", () => {
  for (const time of [NaN, Infinity, 9e15]) {
    throws(() => encode()({ payload: { id: "a" }, time }, 8), { name: "InvalidMessageError" });
  }
});

Deno.test("the encoder puts a key on the partition of Java's client", () => {
  strictEqual(encode()({ payload: { id: "foobar" } }, 8).partition, partitionOf("foobar", 8));
});

Deno.test("the encoder refuses a payload that breaks the schema, and an empty key", () => {
  throws(() => encode()({ payload: { id: 1 } as unknown as { id: string } }, 8), {
    name: "InvalidMessageError",
  });
  throws(() => encode()({ payload: { id: "" } }, 8), { name: "InvalidMessageError" });
});

Deno.test("decodeMessage() gives a plain message an id by its position", () => {
  const { headers, body } = encode("plain")({ payload: { id: "a" } }, 8);
  const message = decodeMessage(channel, delivery(headers, body), position);

  deepStrictEqual(headers, json);
  strictEqual(message.id, "things/3/7");
  strictEqual(message.time, 5);
});

Deno.test("decodeMessage() reads Spring's contentType, quoted and with parameters", () => {
  const headers = { contentType: '"application/json";charset=UTF-8' };

  strictEqual(decodeMessage(channel, delivery(headers, '{"id":"a"}'), position).payload.id, "a");
});

Deno.test("decodeMessage() drops __proto__ however it is spelled", () => {
  const open = defineChannel({
    name: "open",
    schema: { parse: (input: unknown) => input as Record<string, unknown> },
    keyOf: () => "k",
  });
  for (const name of ["__proto__", "\\u005f_proto__"]) {
    const body = `{"a":{"${name}":{"admin":true}},"b":1}`;

    const { payload } = decodeMessage(open, delivery(json, body), position);

    const inner = payload["a"] as Record<string, unknown>;
    ok(!Object.hasOwn(inner, "__proto__"));
    strictEqual(({ ...Object.assign({}, inner) } as { admin?: boolean }).admin, undefined);
    strictEqual(payload["b"], 1);
  }
});

const hostile: Record<string, Delivery> = {
  "an empty body": delivery(json, ""),
  "half of a JSON text": delivery(json, '{"id":'),
  "bytes that are not UTF-8": delivery(json, Uint8Array.of(0x22, 0xc3, 0x28, 0x22)),
  "a UTF-16 text": delivery(json, Uint8Array.of(0xff, 0xfe, 0x7b, 0x00)),
  "deep nesting": delivery(json, "[".repeat(200_000) + "]".repeat(200_000)),
  "a payload of another shape": delivery(json, '{"id":7}'),
  "null": delivery(json, "null"),
  "another content type": delivery({ "content-type": "text/html" }, '{"id":"a"}'),
  "an empty content type": delivery({ "content-type": "" }, '{"id":"a"}'),
  "a batch of events": delivery({ "content-type": "application/cloudevents-batch+json" }, "[]"),
  "an event without an id": delivery({ ...event, ce_id: "" }, '{"id":"a"}'),
  "an event of another version": delivery({ ...event, ce_specversion: "2.0" }, '{"id":"a"}'),
  "an event whose time is no time": delivery({ ...event, ce_time: "soon" }, '{"id":"a"}'),
  "a body above the limit": delivery(json, `{"id":"${"a".repeat(1_000_000)}"}`),
  "more headers than the limit": delivery(
    Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`h${index}`, ""])),
    '{"id":"a"}',
  ),
  "a structured event whose version cannot be a text": delivery(
    { "content-type": "application/cloudevents+json" },
    '{"specversion":{"toString":1},"id":"1","source":"s","type":"t","data":{"id":"a"}}',
  ),
  "a structured event that is a list": delivery(
    { "content-type": "application/cloudevents+json" },
    "[1]",
  ),
  "a structured event without data": delivery(
    { "content-type": "application/cloudevents+json; charset=utf-8" },
    '{"specversion":"1.0","id":"1","source":"s","type":"t"}',
  ),
  "a structured event whose id is an object": delivery(
    { "content-type": "application/cloudevents+json" },
    '{"specversion":"1.0","id":{},"source":"s","type":"t","data":{"id":"a"}}',
  ),
};

for (const [what, input] of Object.entries(hostile)) {
  Deno.test(`decodeMessage() refuses ${what}`, () => {
    throws(() => decodeMessage(channel, input, position), { name: "InvalidMessageError" });
  });
}

Deno.test("an error about an attribute repeats no more than its beginning", () => {
  const said = (headers: Record<string, string>) => {
    try {
      decodeMessage(channel, delivery(headers, '{"id":"a"}'), position);
    } catch (error) {
      return String(error);
    }
    throw new Error("Cannot be read");
  };
  const long = "secret-".repeat(500);

  for (const name of ["ce_time", "ce_specversion"]) {
    ok(said({ ...event, [name]: long }).length < 150, name);
  }
  ok(said({ "content-type": long }).length < 150);
});

Deno.test("the encoder refuses a payload that no consumer would read", () => {
  const payload = { id: "a", text: "x".repeat(1_000_000) };

  throws(() => encode()({ payload }, 8), InvalidMessageError);
});

Deno.test("decodeMessage() ignores a traceparent that is none", () => {
  const headers = { ...event, traceparent: "00-zz-1\r\nset-cookie: a" };

  strictEqual(
    decodeMessage(channel, delivery(headers, '{"id":"a"}'), position).traceparent,
    undefined,
  );
});

Deno.test("decodeMessage() keeps a replacement character and a text in Chinese, and drops a byte order mark", () => {
  const payload = { id: "a", text: "\uFFFD 汉字 🔑" };
  const body = `\uFEFF${JSON.stringify(payload)}`;

  const message = decodeMessage(channel, delivery(json, body), position);

  deepStrictEqual(message.payload, payload);
});

Deno.test("the encoder leaves the type of heartbeats to heartbeats", () => {
  const reserved = defineChannel({ ...channel, typeOf: () => "cauce.heartbeat" });
  const options = {
    source: "/tests",
    contentMode: "binary",
    contentType: "application/json",
  } as const;
  const encodeReserved = createEncoder(reserved, options);

  throws(() => encodeReserved({ payload: { id: "a" } }, 8), InvalidMessageError);
});
