import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { organizationChangedSchema } from "./organization_changed.ts";

const change = { organizationId: "o1", action: "UPDATED", version: 2, correlationId: "c1" };

Deno.test("organizationChangedSchema reads what a later sender adds to, and leaves that out", () => {
  const found = organizationChangedSchema.safeParse({ ...change, tenant: "t1" });

  deepStrictEqual(found.data, change);
});

for (
  const [field, value] of [["organizationId", ""], ["action", "READ"], ["version", 0]] as const
) {
  Deno.test(`organizationChangedSchema refuses ${JSON.stringify(value)} as ${field}`, () => {
    strictEqual(organizationChangedSchema.safeParse({ ...change, [field]: value }).success, false);
  });
}
