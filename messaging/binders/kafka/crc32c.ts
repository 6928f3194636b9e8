/**
 * CRC-32C (Castagnoli), four bytes at a time: it runs over every byte that is sent.
 *
 * @module
 */

const POLYNOMIAL = 0x82f63b78;
const TABLE = createTable();

/** The checksum, as a signed 32-bit number. */
export function crc32c(bytes: Uint8Array): number {
  const table = TABLE;
  const { length } = bytes;
  const whole = length - length % 4;
  let crc = -1;
  let at = 0;
  for (; at < whole; at += 4) {
    crc ^= byteAt(bytes, at) | byteAt(bytes, at + 1) << 8 | byteAt(bytes, at + 2) << 16 |
      byteAt(bytes, at + 3) << 24;
    crc = byteAt(table, 0x300 | crc & 0xff) ^ byteAt(table, 0x200 | crc >>> 8 & 0xff) ^
      byteAt(table, 0x100 | crc >>> 16 & 0xff) ^ byteAt(table, crc >>> 24);
  }
  for (; at < length; at += 1) {
    crc = byteAt(table, (crc ^ byteAt(bytes, at)) & 0xff) ^ crc >>> 8;
  }
  return ~crc;
}

/** What the type checker cannot see: the index is inside. */
function byteAt(bytes: Uint8Array | Int32Array, index: number): number {
  return bytes[index] as number;
}

/** Four tables in a row: a byte's effect, and its effect one, two and three bytes later. */
function createTable(): Int32Array {
  const table = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (POLYNOMIAL & -(crc & 1));
    table[byte] = crc;
  }
  for (let index = 256; index < table.length; index += 1) {
    const before = byteAt(table, index - 256);
    table[index] = (before >>> 8) ^ byteAt(table, before & 0xff);
  }
  return table;
}
