import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import {
  assertIfMatch,
  expectedVersions,
  formatETag,
  matchesIfMatch,
  matchesIfNoneMatch,
  parseETags,
} from "./conditional.ts";

Deno.test("formatETag() quotes a version, and joins two", () => {
  strictEqual(formatETag(3), '"3"');
  strictEqual(formatETag(2, 5), '"2.5"');
});

Deno.test("parseETags() reads lists, weak tags and the star", () => {
  deepStrictEqual(parseETags(' "1" , W/"2","a,b" '), [
    { value: "1", weak: false },
    { value: "2", weak: true },
    { value: "a,b", weak: false },
  ]);
  strictEqual(parseETags(" * "), "*");
});

for (const header of ["", "3", '"3', '"1" "2"', 'w/"1"', '*, "1"', '"a b"']) {
  Deno.test(`parseETags() finds ${JSON.stringify(header)} not well-formed`, () => {
    strictEqual(parseETags(header), undefined);
  });
}

Deno.test("matchesIfMatch() compares strongly: a weak tag never matches", () => {
  strictEqual(matchesIfMatch('"3"', '"3"'), true);
  strictEqual(matchesIfMatch('"1", "3"', '"3"'), true);
  strictEqual(matchesIfMatch('"3"', '"3.1"', '"3"'), true);
  strictEqual(matchesIfMatch('W/"3"', '"3"'), false);
  strictEqual(matchesIfMatch('"4"', '"3"'), false);
});

Deno.test("matchesIfMatch() takes a star for any version there is", () => {
  strictEqual(matchesIfMatch("*", '"3"'), true);
  strictEqual(matchesIfMatch("*"), false);
});

Deno.test("matchesIfMatch() allows a write without a condition, and none with a malformed one", () => {
  strictEqual(matchesIfMatch(undefined, '"3"'), true);
  strictEqual(matchesIfMatch("3", '"3"'), false);
});

Deno.test("assertIfMatch() throws 412 with the current tag", () => {
  throws(() => assertIfMatch('"2"', '"3"'), {
    status: 412,
    problem: {
      detail: "The resource has another version than If-Match asks for",
      headers: { etag: '"3"' },
    },
  });
});

Deno.test("matchesIfNoneMatch() compares weakly", () => {
  strictEqual(matchesIfNoneMatch('W/"3"', '"3"'), true);
  strictEqual(matchesIfNoneMatch('"2", "3"', '"3"'), true);
  strictEqual(matchesIfNoneMatch("*", '"3"'), true);
  strictEqual(matchesIfNoneMatch('"2"', '"3"'), false);
  strictEqual(matchesIfNoneMatch(undefined, '"3"'), false);
  strictEqual(matchesIfNoneMatch("3", '"3"'), false);
});

Deno.test("expectedVersions() gives the versions a write may replace", () => {
  deepStrictEqual(expectedVersions('"3", W/"4", "5"'), [3, 5]);
  strictEqual(expectedVersions(undefined), undefined);
  strictEqual(expectedVersions("*"), undefined);
  deepStrictEqual(expectedVersions('"abc"'), []);
  deepStrictEqual(expectedVersions('W/"3"'), []);
});

Deno.test("expectedVersions() takes a hundred versions at most, however often each is named", () => {
  const tags = (count: number) => Array.from({ length: count }, (_, index) => `"${index}"`);

  strictEqual(expectedVersions([...tags(100), ...tags(100)].join())?.length, 100);
  throws(() => expectedVersions(tags(101).join()), { status: 400 });
});
