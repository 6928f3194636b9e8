/**
 * Reads entries that others wrote: FastStream's single field, and fields of any name.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Delivery, Headers } from "../../message.ts";

type Content = Pick<Delivery, "key" | "headers" | "body">;

const FASTSTREAM_FIELD = "__data__";
const FASTSTREAM_MAGIC = Buffer.from("\x89BIN\r\n\x1a\n", "latin1");
const BODY_FIELDS = ["b", "body", "data", "payload", "value", "message"];

/** The best guess at what an entry means. Never throws. */
export function fromForeignFields(flat: readonly Buffer[]): Content {
  const fields = new Map<string, Buffer>();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    fields.set(String(flat[index]), flat[index + 1] ?? Buffer.alloc(0));
  }
  const wrapped = fields.get(FASTSTREAM_FIELD);
  if (wrapped !== undefined) {
    try {
      return fromFastStream(wrapped);
    } catch {
      return { key: "", headers: noHeaders(), body: wrapped };
    }
  }
  return fromFields(fields);
}

// One field is the body, the others are headers.
function fromFields(fields: Map<string, Buffer>): Content {
  const bodyField = BODY_FIELDS.find((name) => fields.has(name));
  const headers = noHeaders();
  for (const [name, value] of fields) {
    if (name !== bodyField && name !== "k" && name !== "key") {
      headers[name.toLowerCase()] = value.toString();
    }
  }
  const key = (fields.get("k") ?? fields.get("key"))?.toString() ?? "";
  const body = bodyField === undefined ? undefined : fields.get(bodyField);
  return { key, headers, body: body ?? Buffer.alloc(0) };
}

// Binary: magic, version u16, offset of the headers u32, offset of the data u32, their count u16,
// then name and value of each behind a u16 length, all big-endian. Older: JSON {data, headers}.
function fromFastStream(bytes: Buffer): Content {
  const headers = noHeaders();
  if (!bytes.subarray(0, FASTSTREAM_MAGIC.length).equals(FASTSTREAM_MAGIC)) {
    const { data, headers: given } = JSON.parse(bytes.toString());
    for (const [name, value] of Object.entries(given ?? {})) {
      headers[name.toLowerCase()] = String(value);
    }
    const text = typeof data === "string" ? data : JSON.stringify(data ?? null);
    return { key: "", headers, body: Buffer.from(text) };
  }
  let at = bytes.readUInt32BE(10);
  const dataStart = bytes.readUInt32BE(14);
  const text = () => {
    const length = bytes.readUInt16BE(at);
    at += 2 + length;
    return bytes.subarray(at - length, at).toString();
  };
  const count = bytes.readUInt16BE(at);
  at += 2;
  for (let index = 0; index < count; index += 1) {
    const name = text().toLowerCase();
    headers[name] = text();
  }
  return { key: "", headers, body: bytes.subarray(dataStart) };
}

function noHeaders(): Record<string, string> & Headers {
  return Object.create(null);
}
