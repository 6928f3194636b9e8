import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import {
  openTestOrganization,
  ORGANIZATIONS,
  type TestOrganization,
} from "../support/organization_service.ts";
import { until } from "../support/until.ts";
import { connectTo, converse } from "../support/wire.ts";

const JSON_HEAD =
  `POST ${ORGANIZATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;

/** Writes the text and reads until the answer fits. */
function say({ service }: TestOrganization, text: string, answer: RegExp): Promise<string> {
  return converse(service.url, new TextEncoder().encode(text), {
    isEnough: (heard) => answer.test(heard),
  });
}

/** How many requests were answered with each status. */
async function statuses(test: TestOrganization): Promise<Record<string, number>> {
  const text = await (await test.call("/metrics")).text();
  const counts: Record<string, number> = {};
  for (const line of text.split("\n")) {
    const found = /^http_request_duration_seconds_count\{.*status="(\d+)".*\} (\d+)$/.exec(line);
    const [, status, count] = found ?? [];
    if (status !== undefined) counts[status] = (counts[status] ?? 0) + Number(count);
  }
  return counts;
}

const broken: Readonly<Record<string, string>> = {
  "no HTTP": "HELLO\r\n\r\n",
  "two lengths": `${JSON_HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
  "a length and chunks": `${JSON_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
  "a length below zero": `${JSON_HEAD}Content-Length: -1\r\n\r\n`,
};

for (const [what, text] of Object.entries(broken)) {
  Deno.test(`a request with ${what} is a 400 on a connection that ends`, async () => {
    await using test = await openTestOrganization();

    match(await say(test, text, /never/), /^HTTP\/1\.1 400 /);
  });
}

Deno.test("what follows a good request and is no request does not spoil its answer", async () => {
  await using test = await openTestOrganization();
  const good = `GET ${ORGANIZATIONS} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

  const heard = await say(test, `${good}\u0000\u0001garbage\r\n\r\n`, /never/);

  deepStrictEqual(heard.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 400"]);
});

Deno.test("a body of a request without one is not taken for the next request", async () => {
  await using test = await openTestOrganization();
  const inner = `DELETE ${ORGANIZATIONS}/x HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const outer =
    `GET ${ORGANIZATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${inner.length}\r\n\r\n`;
  const last = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  const heard = await say(test, `${outer}${inner}${last}`, /"UP"/);

  deepStrictEqual(heard.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 200"]);
});

Deno.test("a client that leaves in the middle of its body is not our failure", async () => {
  await using test = await openTestOrganization();
  const connection = await connectTo(test.service.url);
  await connection.write(new TextEncoder().encode(`${JSON_HEAD}Content-Length: 9\r\n\r\n{`));
  connection.close();

  const counts = await until(async () => {
    const counts = await statuses(test);
    return counts["400"] === 1 && counts;
  }, "the answer to the client that left");

  strictEqual(counts["500"], undefined);
});
