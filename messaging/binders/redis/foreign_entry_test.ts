import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fromForeignFields } from "./foreign_entry.ts";

const bytes = (...parts: (string | Buffer)[]) => parts.map((part) => Buffer.from(part as string));

/** A message as FastStream 0.6 writes it: header count at 18, one header, then the data. */
function fastStreamBinary(): Buffer {
  const name = Buffer.from("Content-Type");
  const value = Buffer.from("application/json");
  const data = Buffer.from('{"a":1}');
  const head = Buffer.alloc(20);
  head.write("\x89BIN\r\n\x1a\n", "latin1");
  head.writeUInt16BE(1, 8);
  head.writeUInt32BE(18, 10);
  head.writeUInt32BE(20 + 2 + name.length + 2 + value.length, 14);
  head.writeUInt16BE(1, 18);
  const sized = (text: Buffer) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(text.length);
    return Buffer.concat([length, text]);
  };
  return Buffer.concat([head, sized(name), sized(value), data]);
}

Deno.test("fromForeignFields() unwraps FastStream's binary field", () => {
  const { headers, body } = fromForeignFields(bytes("__data__", fastStreamBinary()));

  deepStrictEqual({ ...headers }, { "content-type": "application/json" });
  strictEqual(String(body), '{"a":1}');
});

Deno.test("fromForeignFields() unwraps FastStream's JSON field", () => {
  const text = JSON.stringify({ data: '{"a":1}', headers: { correlation_id: "c" } });

  const { headers, body } = fromForeignFields(bytes("__data__", text));

  deepStrictEqual({ ...headers }, { correlation_id: "c" });
  strictEqual(String(body), '{"a":1}');
});

Deno.test("fromForeignFields() passes on a FastStream field that it cannot read", () => {
  for (const broken of ["{", "null", "\x89BIN\r\n\x1a\n"]) {
    const field = Buffer.from(broken, "latin1");
    deepStrictEqual(fromForeignFields(bytes("__data__", field)).body, field);
  }
});

Deno.test("fromForeignFields() takes one field as the body and the others as headers", () => {
  const { key, headers, body } = fromForeignFields(
    bytes("key", "k1", "payload", "text", "contentType", "text/plain"),
  );

  strictEqual(key, "k1");
  strictEqual(String(body), "text");
  deepStrictEqual({ ...headers }, { contenttype: "text/plain" });
});

Deno.test("fromForeignFields() makes an empty body of fields that look like none", () => {
  const { key, headers, body } = fromForeignFields(bytes("temperature", "21", "odd"));

  strictEqual(key, "");
  strictEqual(body.length, 0);
  deepStrictEqual({ ...headers }, { temperature: "21" });
});
