/**
 * Whether a service answers through the network of its container engine.
 *
 * @module
 */

/** Where to, and what to say. */
export interface HelloOptions {
  readonly host: string;
  readonly port: number;
  readonly hello: Uint8Array<ArrayBuffer>;
}

const ANSWERS_WITHIN_MS = 5_000;

/** Sends the bytes and resolves with whether anything comes back. */
export async function answersHello({ host, port, hello }: HelloOptions): Promise<boolean> {
  let connection: Deno.TcpConn;
  try {
    connection = await Deno.connect({ hostname: host, port });
  } catch {
    // Refused: nothing is there.
    return false;
  }
  const timer = setTimeout(() => connection.close(), ANSWERS_WITHIN_MS);
  try {
    await connection.write(hello);
    const answer = await connection.read(new Uint8Array(1));
    connection.close();
    return answer !== null;
  } catch {
    // Reset by the engine's proxy, or closed by the timer.
    return false;
  } finally {
    clearTimeout(timer);
  }
}
