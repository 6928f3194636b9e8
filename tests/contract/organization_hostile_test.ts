import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  create,
  details,
  openTestOrganization,
  ORGANIZATIONS,
  readProblem,
  type TestOrganization,
} from "../support/organization_service.ts";

/** One service for all: hostile input must not change what the next one meets. */
const opened: Promise<TestOrganization>[] = [];
function service(): Promise<TestOrganization> {
  const first = opened[0] ?? openTestOrganization();
  if (opened.length === 0) opened.push(first);
  return first;
}
Deno.test.afterAll(async () => {
  for (const one of opened) await (await one)[Symbol.asyncDispose]();
});

Deno.test("an unknown route is a 404, an unknown method a 405 that names the known ones", async () => {
  const test = await service();

  const route = await test.call("/v1/organisations");
  const method = await test.call(ORGANIZATIONS, { method: "DELETE" });

  strictEqual(route.status, 404);
  await readProblem(route);
  strictEqual(method.status, 405);
  strictEqual(method.headers.get("allow"), "GET, HEAD, POST");
  await readProblem(method);
});

Deno.test("what is not there is a 404 whatever If-Match says", async () => {
  const test = await service();

  for (const tag of ["*", '"1"', "nonsense", ""]) {
    const refused = await test.send("PUT", `${ORGANIZATIONS}/nobody`, {
      body: details,
      headers: { "if-match": tag },
    });
    strictEqual(refused.status, 404, tag);
    strictEqual((await readProblem(refused))["version"], 0);
  }
});

for (const text of ["{", "", "nul", '{"name": "x",}', "\u0000", "[".repeat(40) + "]".repeat(40)]) {
  Deno.test(`POST of ${JSON.stringify(text.slice(0, 20))} as JSON is a 400`, async () => {
    const test = await service();

    const response = await test.call(ORGANIZATIONS, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: text,
    });

    strictEqual(response.status, 400);
    await readProblem(response);
  });
}

const unfit: Readonly<Record<string, { readonly body: unknown; readonly pointers: string[] }>> = {
  "a number for a name": { body: { ...details, name: 7 }, pointers: ["/name"] },
  "null for a name": { body: { ...details, name: null }, pointers: ["/name"] },
  "an empty name": { body: { ...details, name: "" }, pointers: ["/name"] },
  "a name of 201 characters": { body: { ...details, name: "x".repeat(201) }, pointers: ["/name"] },
  "a name with U+0000": { body: { ...details, name: "a\u0000b" }, pointers: ["/name"] },
  "half a surrogate pair": { body: { ...details, name: "a\ud800" }, pointers: ["/name"] },
  "no address for an e-mail": {
    body: { ...details, contactEmail: "nobody" },
    pointers: ["/contactEmail"],
  },
  "a member nobody knows": { body: { ...details, version: 9 }, pointers: ["/version"] },
  "a constructor": { body: { ...details, constructor: { a: 1 } }, pointers: ["/constructor"] },
  "two things wrong": {
    body: { ...details, name: 1, contactPhone: {} },
    pointers: ["/contactPhone", "/name"],
  },
  "an array": { body: [details], pointers: [""] },
  "a string": { body: "x", pointers: [""] },
  "null": { body: null, pointers: [""] },
};

for (const [what, { body, pointers }] of Object.entries(unfit)) {
  Deno.test(`POST of ${what} is a 422 that points at it`, async () => {
    const test = await service();

    const response = await test.send("POST", ORGANIZATIONS, { body });

    strictEqual(response.status, 422);
    const { errors = [] } = await readProblem(response);
    deepStrictEqual(errors.map(({ pointer }) => pointer).sort(), pointers);
  });
}

Deno.test("a body with __proto__ is a 422 and pollutes nothing", async () => {
  const test = await service();
  const text = JSON.stringify(details).replace("{", '{"__proto__":{"polluted":true},');

  const response = await test.call(ORGANIZATIONS, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: text,
  });

  strictEqual(response.status, 422);
  await readProblem(response);
  strictEqual(({} as Record<string, unknown>)["polluted"], undefined);
});

Deno.test("PATCH of nothing is a 422", async () => {
  const test = await service();
  const { organizationId } = await create(test);

  const response = await test.send("PATCH", `${ORGANIZATIONS}/${organizationId}`, { body: {} });

  strictEqual(response.status, 422);
  await readProblem(response);
});

Deno.test("a body of 10 MB is a 413, with and without its length", async () => {
  const test = await service();
  const bytes = new Uint8Array(10 * 1024 * 1024).fill(0x20);
  const headers = { "content-type": "application/json" };

  const declared = await test.call(ORGANIZATIONS, { method: "POST", headers, body: bytes });
  const streamed = await test.call(ORGANIZATIONS, {
    method: "POST",
    headers,
    body: new Blob([bytes]).stream(),
  });

  strictEqual(declared.status, 413);
  await readProblem(declared);
  strictEqual(streamed.status, 413);
  await readProblem(streamed);
});

for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]) {
  Deno.test(`POST of ${type} is a 415`, async () => {
    const test = await service();

    const response = await test.call(ORGANIZATIONS, {
      method: "POST",
      headers: { "content-type": type },
      body: JSON.stringify(details),
    });

    strictEqual(response.status, 415);
    await readProblem(response);
  });
}

for (const query of ["limit=0", "limit=201", "limit=x", "cursor=%00", "cursor=!", "cursor="]) {
  Deno.test(`a list with ${query} is a 422 that names the parameter`, async () => {
    const test = await service();

    const response = await test.call(`${ORGANIZATIONS}?${query}`);

    strictEqual(response.status, 422);
    const { errors = [] } = await readProblem(response);
    deepStrictEqual(errors.map(({ parameter }) => parameter), [query.split("=")[0]]);
  });
}

for (
  const id of ["%00", "x".repeat(300), "..%2f..%2fetc", "__proto__", "'%20OR%201=1%20--", "%F0"]
) {
  Deno.test(`GET of the id ${id.slice(0, 20)} is a 404`, async () => {
    const test = await service();

    const response = await test.call(`${ORGANIZATIONS}/${id}`);

    strictEqual(response.status, 404);
    await readProblem(response);
  });
}

Deno.test("hostile correlation and trace headers are replaced, not echoed", async () => {
  const test = await service();

  const response = await test.call(ORGANIZATIONS, {
    headers: { "x-correlation-id": "x".repeat(500), traceparent: "00-zz-zz-01" },
  });

  await response.body?.cancel();
  match(response.headers.get("x-correlation-id") ?? "", /^[0-9a-f-]{36}$/);
  match(response.headers.get("traceparent") ?? "", /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

Deno.test("text is stored as it is, however it looks", async () => {
  const test = await service();
  const name = `'; DROP TABLE organization; -- <script>alert(1)</script> 𝌆`;

  const { organizationId } = await create(test, name);

  const found = await (await test.call(`${ORGANIZATIONS}/${organizationId}`)).json();
  strictEqual(found.name, name);
  ok(!("polluted" in found));
});
