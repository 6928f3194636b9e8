/**
 * Reads one address again and again over one connection, at the least cost to the machine that the
 * service under measurement shares.
 *
 * @module
 */

/** A connection that is kept. */
export interface HttpReader extends Disposable {
  /** Sends a GET and resolves once the answer is there. Throws unless it is a 200 with that header. */
  read(): Promise<void>;
}

/** Connects. Every answer must have the header's line. */
export async function openHttpReader(
  url: string,
  { mustHave }: { readonly mustHave: string },
): Promise<HttpReader> {
  const { hostname, port, pathname } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  connection.setNoDelay(true);
  const request = new TextEncoder().encode(
    `GET ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\naccept: application/json\r\n\r\n`,
  );
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder("latin1");

  return {
    async read() {
      for (let sent = 0; sent < request.length;) {
        sent += await connection.write(request.subarray(sent));
      }
      let length = 0;
      for (let expected = Infinity; length < expected;) {
        const count = await connection.read(buffer.subarray(length));
        if (count === null) throw new Error(`Cannot read "${url}": the connection ended`);
        length += count;
        if (expected !== Infinity) continue;
        const head = decoder.decode(buffer.subarray(0, length));
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) continue;
        const [, body = "none"] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
        if (!head.startsWith("HTTP/1.1 200 ") || !head.includes(mustHave) || body === "none") {
          throw new Error(`Cannot read "${url}": ${head}`);
        }
        expected = end + 4 + Number(body);
      }
    },
    [Symbol.dispose]: () => connection.close(),
  };
}
