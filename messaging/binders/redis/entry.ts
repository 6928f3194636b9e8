/**
 * A message as an entry of a stream: the fields `k` key, `h` all headers as JSON, `b` body.
 *
 * @module
 */

import { Buffer, isUtf8 } from "node:buffer";
import type { Delivery, Headers, OutgoingMessage } from "../../message.ts";
import { fromForeignFields } from "./foreign_entry.ts";

/** An entry as `XREAD` returns it: its id, and names and values in turn. */
export type RawEntry = readonly [id: Buffer, fields: readonly Buffer[]];

/** Key, headers and body, in the order the append script takes them. */
export function encodeEntry({ key, headers, body }: OutgoingMessage): (string | Buffer)[] {
  return [key, JSON.stringify(headers), typeof body === "string" ? body : toTextIfAny(body)];
}

/** ioredis writes a command of texts in one piece, one with bytes in many. */
function toTextIfAny(body: Uint8Array): string | Buffer {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

/** Reads an entry, whoever wrote it. Never throws. */
export function decodeEntry([idBytes, fields]: RawEntry): Delivery {
  const offset = idBytes.toString("latin1");
  const storedAt = Number(offset.slice(0, offset.indexOf("-")));
  const [keyName, key, headersName, headers, bodyName, body] = fields;
  const ours = fields.length === 6 && isName(keyName, "k") && isName(headersName, "h") &&
    isName(bodyName, "b");
  if (!ours || key === undefined || headers === undefined || body === undefined) {
    return { ...fromForeignFields(fields), offset, storedAt };
  }
  return {
    key: key.toString(),
    headers: toHeaders(headers.toString()),
    body,
    offset,
    storedAt,
  };
}

/** Text values of a JSON object, without a prototype; nothing of what is none. */
export function toHeaders(json: string): Headers {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // Whoever wrote this is not one of ours: the message arrives without headers.
  }
  if (typeof parsed !== "object" || parsed === null) return Object.create(null);
  const given = parsed as Record<string, unknown>;
  if (areHeaders(given)) return Object.setPrototypeOf(given, null);
  const headers: Record<string, string> = Object.create(null);
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (typeof value === "string") headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** As this project writes them: then the parsed object is good as it is, without a copy. */
function areHeaders(given: Readonly<Record<string, unknown>>): given is Record<string, string> {
  for (const name in given) {
    if (typeof given[name] !== "string" || name !== name.toLowerCase()) return false;
  }
  return !Array.isArray(given);
}

function isName(bytes: Buffer | undefined, name: string): boolean {
  return bytes?.length === 1 && bytes[0] === name.charCodeAt(0);
}
