/**
 * The slots of a cluster: which one a key belongs to.
 *
 * @module
 */

/** How many slots every cluster has. */
export const SLOT_COUNT = 16_384;

const encoder = new TextEncoder();

/** The slot of a key: CRC-16 (XMODEM) of its hash tag, or of all of it where it has none. */
export function slotOf(key: string): number {
  const open = key.indexOf("{");
  const close = key.indexOf("}", open + 1);
  const tag = open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of encoder.encode(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
    }
  }
  return crc % SLOT_COUNT;
}
