import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { parseAnswer } from "./raw_client.ts";

Deno.test("parseAnswer() reads a body by its length", () => {
  const answer = parseAnswer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngüt");

  deepStrictEqual(answer, { status: 200, body: "güt" });
});

Deno.test("parseAnswer() joins chunks, whose sizes are in bytes", () => {
  const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

  strictEqual(parseAnswer(`${head}3\r\ngü\r\n2\r\nte\r\n0\r\n\r\n`).body, "güte");
});

for (
  const [what, text] of [
    ["nothing", ""],
    ["half a head", "HTTP/1.1 200 OK\r\nContent-Le"],
    ["half a body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"],
    ["chunks without an end", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
    ["half a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf"],
  ] as const
) {
  Deno.test(`parseAnswer() takes ${what} for a failure`, () => {
    throws(() => parseAnswer(text), Error);
  });
}
