/**
 * How large a message may be, on every broker: what is larger is neither sent nor read.
 *
 * At three bytes a character and with what a dead letter adds it stays below the mebibyte that Kafka takes by default.
 *
 * @module
 */

import { InvalidMessageError } from "./errors.ts";
import { byteLengthOf, type OutgoingMessage } from "./message.ts";

/** Bytes of a body. */
export const MAX_BODY_BYTES = 1_000_000;

/** Headers of a message; an event of ours has nine at most. */
export const MAX_HEADERS = 64;

/** Characters of the key and of all headers, names and values, together. */
export const MAX_HEADER_CHARACTERS = 8_192;

/** Throws an `InvalidMessageError` when a message is too large; looks at no content. */
export function refuseOversized({ key, headers, body }: SizedMessage): void {
  // A character takes three bytes at most: nearly all are known to fit without counting.
  if (body.length * 3 > MAX_BODY_BYTES && byteLengthOf(body) > MAX_BODY_BYTES) {
    throw new InvalidMessageError(
      `the body has ${byteLengthOf(body)} bytes, more than ${MAX_BODY_BYTES}`,
    );
  }
  let [count, characters] = [0, key.length];
  for (const name in headers) {
    count += 1;
    characters += name.length + (headers[name]?.length ?? 0);
  }
  if (count > MAX_HEADERS) {
    throw new InvalidMessageError(`it has ${count} headers, more than ${MAX_HEADERS}`);
  }
  if (characters > MAX_HEADER_CHARACTERS) {
    const state = `key and headers have ${characters} characters`;
    throw new InvalidMessageError(`${state}, more than ${MAX_HEADER_CHARACTERS}`);
  }
}

type SizedMessage = Pick<OutgoingMessage, "key" | "headers" | "body">;
