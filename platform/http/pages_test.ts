import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { createHttpApp } from "./http_app.ts";
import { pageResponse, parsePageRequest } from "./pages.ts";

const IDS = ["a", "b", "ñ 1", "d", "e"];

Deno.test("a list can be walked from page to page, each item once", async () => {
  const app = listOf(IDS);
  const seen: string[] = [];

  let path: string | undefined = "/things?limit=2";
  while (path !== undefined) {
    const response = await app.request(path);
    const page = await response.json();
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    path = response.headers.get("link")?.match(/^<([^>]+)>; rel="next"$/)?.[1];
    strictEqual(path === undefined, page.next === null);
  }

  deepStrictEqual(seen, IDS);
});

Deno.test("a page that ends the list exactly has no next", async () => {
  const response = await listOf(IDS).request("/things?limit=5");

  strictEqual((await response.json()).next, null);
  strictEqual(response.headers.get("link"), null);
});

Deno.test("parsePageRequest() takes 50 without a limit", () => {
  deepStrictEqual(parsePageRequest({}), { limit: 50, after: undefined });
});

for (const limit of ["0", "201", "-1", "1.5", "x", "", "1e2"]) {
  Deno.test(`parsePageRequest() refuses the limit "${limit}"`, () => {
    throws(() => parsePageRequest({ limit }), {
      status: 422,
      problem: {
        detail: "The request is not valid",
        errors: [{ parameter: "limit", detail: "must be a whole number from 1 to 200" }],
      },
    });
  });
}

for (const cursor of ["", "?", "AA==", "_w", "a".repeat(2000)]) {
  Deno.test(`parsePageRequest() refuses the cursor "${cursor.slice(0, 8)}"`, () => {
    throws(() => parsePageRequest({ cursor }), { status: 422 });
  });
}

function listOf(ids: readonly string[]) {
  const app = createHttpApp({ title: "Things", version: "1", logger: silentLogger });
  app.get("/things", (c) => {
    const { limit, after } = parsePageRequest(c.req.query());
    const from = after === undefined ? 0 : ids.indexOf(after) + 1;
    const rows = ids.slice(from, from + limit + 1).map((id) => ({ id }));
    return pageResponse(c, rows, { limit, idOf: ({ id }) => id });
  });
  return app;
}
