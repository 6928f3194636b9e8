import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type Answer, request } from "../support/http.ts";
import {
  createWithLicense,
  licenseDetails,
  openTestLicensing,
  type TestLicensing,
} from "../support/licensing_service.ts";

type Opened = Awaited<ReturnType<typeof createWithLicense>> & { readonly test: TestLicensing };

/** One service for all: hostile input must not change what the next one meets. */
let opened: Promise<Opened> | undefined;

function service(): Promise<Opened> {
  return opened ??= openTestLicensing().then(async (test) => ({
    test,
    ...await createWithLicense(test),
  }));
}

Deno.test.afterAll(async () => await (await opened)?.test[Symbol.asyncDispose]());

function isProblem({ status, headers, body }: Answer): boolean {
  return headers.get("content-type") === "application/problem+json" && body.status === status &&
    typeof body.title === "string";
}

Deno.test("licensing answers 404 to an unknown route and 405 to an unknown method", async () => {
  const { test, organizationId } = await service();

  const route = await test.call("GET", "/v1/organisation/x/license");
  const method = await test.call("PATCH", `/v1/organization/${organizationId}/license/x`);

  deepStrictEqual([route.status, isProblem(route)], [404, true]);
  deepStrictEqual([method.status, isProblem(method)], [405, true]);
  strictEqual(method.headers.get("allow"), "GET, HEAD, PUT, DELETE");
});

const bodies: readonly [title: string, body: unknown, pointers: readonly string[]][] = [
  ["nothing in it", {}, ["/description", "/productName", "/licenseType"]],
  ["an unknown member", { ...licenseDetails, price: 1 }, ["/price"]],
  ["another organization in it", { ...licenseDetails, organizationId: "o2" }, ["/organizationId"]],
  ["a number for a text", { ...licenseDetails, productName: 7 }, ["/productName"]],
  ["a list for a text", { ...licenseDetails, description: ["x"] }, ["/description"]],
  ["an empty name", { ...licenseDetails, productName: "" }, ["/productName"]],
  ["a long description", { ...licenseDetails, description: "x".repeat(501) }, ["/description"]],
  ["a long name", { ...licenseDetails, productName: "x".repeat(201) }, ["/productName"]],
  ["a long type", { ...licenseDetails, licenseType: "x".repeat(101) }, ["/licenseType"]],
  ["a long comment", { ...licenseDetails, comment: "x".repeat(1001) }, ["/comment"]],
  ["a zero character", { ...licenseDetails, comment: "a\u0000b" }, ["/comment"]],
  ["half a character", { ...licenseDetails, comment: "\ud800" }, ["/comment"]],
  ["a list", [], [""]],
];

for (const [title, body, pointers] of bodies) {
  Deno.test(`a license with ${title} is a 422 that points at it`, async () => {
    const { test, path, organizationId } = await service();
    const list = `/v1/organization/${organizationId}/license`;

    const answers = [
      await test.call("POST", list, { body }),
      await test.call("PUT", path, { body }),
    ];

    for (const answer of answers) {
      deepStrictEqual([answer.status, isProblem(answer)], [422, true]);
      const found = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
      deepStrictEqual(found, pointers);
    }
  });
}

const texts: readonly [title: string, text: string, type: string, status: number][] = [
  ["malformed JSON", "{", "application/json", 400],
  ["no JSON at all", "x=1", "application/x-www-form-urlencoded", 415],
  ["deep nesting", "[".repeat(5000) + "]".repeat(5000), "application/json", 400],
  ["10 MB", `{"comment":"${"x".repeat(10_000_000)}"}`, "application/json", 413],
];

for (const [title, text, type, status] of texts) {
  Deno.test(`a body of ${title} is a ${status}`, async () => {
    const { test, path } = await service();

    const response = await fetch(`${test.services[0]?.url}${path}`, {
      method: "PUT",
      headers: { "content-type": type },
      body: text,
    });

    strictEqual(response.status, status);
    strictEqual(response.headers.get("content-type"), "application/problem+json");
    await response.body?.cancel();
  });
}

const reads: readonly [title: string, query: string, headers: Record<string, string>][] = [
  ["a minimum version that is no number", "", { "x-min-organization-version": "-1" }],
  ["a minimum version beyond all numbers", "", { "x-min-organization-version": "9".repeat(40) }],
  ["a limit of nothing", "?limit=0", {}],
  ["a limit without measure", "?limit=100000", {}],
  ["a cursor of its own making", "?cursor=%00", {}],
];

for (const [title, query, headers] of reads) {
  Deno.test(`a list asked for with ${title} is a 422`, async () => {
    const { test, organizationId } = await service();

    const answer = await test.call("GET", `/v1/organization/${organizationId}/license${query}`, {
      headers,
    });

    deepStrictEqual([answer.status, isProblem(answer)], [422, true]);
  });
}

const ids = [
  "..%2f..%2fetc",
  "%7Bx%7D",
  "a%0d%0ab",
  "%F0%9F%A6%84",
  "*",
  "'%20OR%201=1",
  "__proto__",
];

for (const id of ids) {
  Deno.test(`the id ${id} is like any other that is not there`, async () => {
    const { test, created } = await service();
    const url = test.services[0]?.url ?? "";

    const one = await request(
      "GET",
      `${url}/v1/organization/${id}/license/${created.body.licenseId}`,
    );
    const list = await request("GET", `${url}/v1/organization/${id}/license`);

    strictEqual(one.status, 404);
    strictEqual(list.status, 200);
    deepStrictEqual(list.body.items, []);
  });
}

Deno.test("an id that is too long, or that no database stores, is a 404", async () => {
  const { test } = await service();
  const url = test.services[0]?.url ?? "";

  for (const id of ["x".repeat(201), "%00"]) {
    strictEqual((await request("GET", `${url}/v1/organization/${id}/license`)).status, 404);
  }
});

Deno.test("an If-Match that is no tag refuses the write", async () => {
  const { test, path } = await service();

  for (const ifMatch of ["1", 'W/"1.1"', '"1', '"x"', '"1.1.1"']) {
    const answer = await test.call("PUT", path, {
      body: licenseDetails,
      headers: { "if-match": ifMatch },
    });
    deepStrictEqual([ifMatch, answer.status], [ifMatch, 412]);
    const nowhere = await test.call("PUT", `${path}x`, {
      body: licenseDetails,
      headers: { "if-match": ifMatch },
    });
    deepStrictEqual([ifMatch, nowhere.status], [ifMatch, 404]);
  }
});
