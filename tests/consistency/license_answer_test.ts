import { deepStrictEqual, rejects, throws } from "node:assert/strict";
import { parseCacheStatus, readLicense, RefusedReadError } from "./license_answer.ts";

/** Answers every request with a body. */
function answering(body: unknown, cacheStatus: string) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json(body, { headers: { "cache-status": cacheStatus } }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const organization = { name: "n4", version: 4 };

Deno.test("readLicense() reads one license and a page alike", async () => {
  const license = { organization, organizationStatus: "current" };
  await using one = answering(license, "organization; hit");
  await using page = answering({ items: [license], next: null }, "organization; hit");

  const answers = [await readLicense(one.url), await readLicense(page.url)];

  const expected = { status: "current", cache: "hit", version: 4, name: "n4" };
  deepStrictEqual(answers, [expected, expected]);
});

Deno.test("readLicense() knows no version of an organization that is not shown", async () => {
  const license = { organization: null, organizationStatus: "deleted" };
  await using deleted = answering(license, "organization; hit");

  const answer = await readLicense(deleted.url);

  deepStrictEqual(answer, { status: "deleted", cache: "hit", version: undefined, name: undefined });
});

Deno.test("readLicense() tells a refusal from no answer at all", async () => {
  await using none = answering({ items: [], next: null }, "organization; hit");

  await rejects(readLicense(none.url), RefusedReadError);
  // Nothing listens on port 1.
  await rejects(readLicense("http://127.0.0.1:1/"), TypeError);
});

Deno.test("parseCacheStatus() refuses what licensing does not say", () => {
  throws(() => parseCacheStatus("other; hit"), TypeError);
  throws(() => parseCacheStatus(""), TypeError);
});
