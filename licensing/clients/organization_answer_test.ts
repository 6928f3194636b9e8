import { deepStrictEqual, throws } from "node:assert/strict";
import { OriginError, parseAnswer } from "./organization_answer.ts";

const details = {
  name: "Ostock",
  contactName: "Rosalind Vega",
  contactEmail: "rosalind.vega@ostock.example",
  contactPhone: "+51 1 555 0101",
};
const whole = { organizationId: "o1", ...details, version: 3 };

function parse(status: number, body: unknown) {
  return parseAnswer("o1", {
    status,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

Deno.test("parseAnswer() reads an organization, and leaves out what it does not know", () => {
  deepStrictEqual(parse(200, { ...whole, logo: "x" }), {
    state: "live",
    version: 3,
    value: details,
  });
});

Deno.test("parseAnswer() reads the version of a deletion, and 0 where nothing ever was", () => {
  deepStrictEqual(parse(404, { status: 404, version: 4 }), { state: "deleted", version: 4 });
  deepStrictEqual(parse(404, { status: 404, version: 0 }), { state: "deleted", version: 0 });
});

const refused: readonly [title: string, status: number, body: unknown][] = [
  ["a 404 of something else at the address", 404, "<h1>Not Found</h1>"],
  ["a 404 without a version", 404, { status: 404 }],
  ["text", 200, "ok"],
  ["an organization without a version", 200, { ...whole, version: undefined }],
  ["a version that is no whole number", 200, { ...whole, version: "3" }],
  ["another organization", 200, { ...whole, organizationId: "o2" }],
  ["a failure", 500, whole],
  ["a refusal", 403, whole],
];

for (const [title, status, body] of refused) {
  Deno.test(`parseAnswer() refuses ${title}`, () => {
    throws(() => parse(status, body), OriginError);
  });
}
