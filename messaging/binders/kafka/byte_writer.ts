/**
 * Writes Kafka's protocol into one growing piece of memory.
 *
 * @module
 */

import { Buffer } from "node:buffer";

const TWO_TO_32 = 2 ** 32;
// Longer texts are faster through a buffer of their own.
const LONGEST_LOOP = 100;
const LONGEST_VARINT = 5;

/** Big-endian, as all of Kafka's protocol; `var` stands for zigzag varints. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 4096) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  int8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#length = this.#bytes.writeInt16BE(value, this.#length);
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeInt32BE(value, this.#length);
  }

  /** A whole number of up to 53 bits. */
  int64(value: number): void {
    this.int32(Math.floor(value / TWO_TO_32) | 0);
    this.int32(value | 0);
  }

  /** Writes over what stands at `at`. */
  setInt32(at: number, value: number): void {
    this.#bytes.writeInt32BE(value | 0, at);
  }

  text(text: string | null): void {
    if (text === null) return this.int16(-1);
    const bytes = Buffer.from(text);
    this.int16(bytes.length);
    this.#append(bytes);
  }

  varint(value: number): void {
    this.#reserve(LONGEST_VARINT);
    this.#length = this.#putVarint(value, this.#length);
  }

  varBytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.#append(bytes);
  }

  varText(text: string): void {
    const { length } = text;
    if (length > LONGEST_LOOP) return this.varBytes(Buffer.from(text));
    this.#reserve(LONGEST_VARINT + length);
    const bytes = this.#bytes;
    const at = this.#putVarint(length, this.#length);
    // Nearly all texts are short and ASCII: there a loop beats every call that leaves the engine.
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return this.varBytes(Buffer.from(text));
      bytes[at + index] = code;
    }
    this.#length = at + length;
  }

  /** Writes in front of all from `start` on how long that is. */
  prefixVarint(start: number): void {
    const size = this.#length - start;
    this.#reserve(LONGEST_VARINT);
    const width = this.#putVarint(size, this.#length) - this.#length;
    this.#bytes.copyWithin(start + width, start, this.#length);
    this.#putVarint(size, start);
    this.#length += width;
  }

  #putVarint(value: number, at: number): number {
    let rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) !== 0) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[at++] = rest;
    return at;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.written);
    this.#bytes = grown;
  }
}
