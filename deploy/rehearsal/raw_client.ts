/**
 * The least HTTP client there is: one connection for each request, and nothing is tried twice. What
 * a pooling client that retries would hide, this one counts.
 *
 * @module
 */

/** What to ask. */
export interface RawRequest {
  readonly method: "GET" | "PUT" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A whole answer. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;

/** Sends one request. Rejects when the connection fails or ends before the whole answer is there. */
export async function rawRequest(
  { method, url, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port, pathname, search, host } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  // An answer that does not come must not hold the client for good.
  const timer = setTimeout(() => close(connection), TIMEOUT_MS);
  try {
    const content = body === undefined ? "" : JSON.stringify(body);
    const lines = [
      `${method} ${pathname}${search} HTTP/1.1`,
      `host: ${host}`,
      "connection: close",
      ...(content ? ["content-type: application/json"] : []),
      ...(method === "GET" ? [] : [`content-length: ${new TextEncoder().encode(content).length}`]),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    await writeAll(connection, new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n${content}`));
    return parseAnswer(await readAll(connection));
  } finally {
    clearTimeout(timer);
  }
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16_384);
  let text = "";
  for (let count; (count = await connection.read(buffer)) !== null;) {
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text + decoder.decode();
}

/** Throws where the answer is cut off. */
export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
  if (end < 0 || !status) throw new Error("the connection ended without an answer");
  const [head, rest] = [text.slice(0, end), text.slice(end + 4)];
  if (/^transfer-encoding: *chunked/im.test(head)) return { status, body: joinChunks(rest) };
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  if (new TextEncoder().encode(rest).length < length) throw new Error("the answer was cut off");
  return { status, body: rest };
}

function joinChunks(text: string): string {
  let [body, rest] = ["", text];
  while (true) {
    const end = rest.indexOf("\r\n");
    const size = parseInt(rest.slice(0, end), 16);
    if (end < 0 || Number.isNaN(size)) throw new Error("the answer was cut off");
    if (size === 0) return body;
    // Sizes are in bytes.
    const bytes = new TextEncoder().encode(rest.slice(end + 2));
    if (bytes.length < size + 2) throw new Error("the answer was cut off");
    body += new TextDecoder().decode(bytes.subarray(0, size));
    rest = new TextDecoder().decode(bytes.subarray(size + 2));
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It was closed meanwhile.
  }
}
