/**
 * Reads Kafka's protocol from one piece of memory.
 *
 * @module
 */

import type { Buffer } from "node:buffer";

const TWO_TO_32 = 2 ** 32;

/** Big-endian, as all of Kafka's protocol; `var` stands for zigzag varints. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  int8(): number {
    return this.bytes.readInt8(this.#pass(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#pass(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#pass(4));
  }

  /** As a number: exact up to 53 bits. */
  int64(): number {
    const high = this.int32();
    return high * TWO_TO_32 + (this.int32() >>> 0);
  }

  skipText(): void {
    const length = this.int16();
    this.at += Math.max(0, length);
  }

  /** As many bytes as the number in front of them says; undefined instead of null. */
  sized(): Buffer | undefined {
    const length = this.int32();
    return length < 0 ? undefined : this.#take(length);
  }

  varint(): number {
    const first = this.bytes[this.at++] ?? 0;
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let value = first & 0x7f;
    for (let factor = 0x80;; factor *= 0x80) {
      const byte = this.bytes[this.at++] ?? 0;
      // Beyond 32 bits only a product is exact.
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }

  /** As `sized`, with a varint in front. */
  varSized(): Buffer | undefined {
    const length = this.varint();
    return length < 0 ? undefined : this.#take(length);
  }

  #take(length: number): Buffer {
    const start = this.#pass(length);
    return this.bytes.subarray(start, start + length);
  }

  #pass(length: number): number {
    const { at } = this;
    this.at += length;
    return at;
  }
}
