/**
 * A conversation over a bare connection: what no HTTP client would send, and what comes back.
 *
 * @module
 */

/** When a conversation is over, unless the other side ends it. */
export interface ConversationEnd {
  readonly isEnough: (heard: string) => boolean;
  /** After something was heard, how long a silence is taken for the end. For ever without it. */
  readonly quietMs?: number;
}

/** Opens a connection to a service. */
export function connectTo(url: string): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
}

/** Writes the bytes and reads at the same time; returns what was heard, however it ended. */
export async function converse(
  url: string,
  bytes: Uint8Array,
  { isEnough, quietMs }: ConversationEnd,
): Promise<string> {
  using connection = await connectTo(url);
  // The other side may have heard enough before all was said.
  const saying = writeAll(connection, bytes).catch(() => {});
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16 * 1024);
  let heard = "";
  while (!isEnough(heard)) {
    const read = connection.read(buffer).catch(() => null);
    const length = heard === "" || quietMs === undefined ? await read : await inTime(read, quietMs);
    if (length === null) break;
    heard += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
  connection.close();
  await saying;
  return heard;
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ms);
  const result = await Promise.race([work, late.promise]);
  clearTimeout(timer);
  return result;
}
