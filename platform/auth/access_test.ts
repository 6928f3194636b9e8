import { deepStrictEqual } from "node:assert/strict";
import { type Access, judge, scopesOf } from "./access.ts";
import type { Principal } from "./principal.ts";

const admins: Access = { kind: "scope", scope: "organizations:admin" };
const tenants: Access = {
  kind: "tenant",
  scope: "organization:read",
  everywhere: ["organizations:read"],
};

function principal(scopes: readonly string[], organizationId?: string): Principal {
  return { subject: "s", scopes: new Set(scopes), organizationId };
}

const cases: readonly [
  title: string,
  access: typeof admins | typeof tenants,
  principal: Principal,
  path: string | undefined,
  expected: string,
][] = [
  ["permits who has the scope", admins, principal(["organizations:admin"]), undefined, "permitted"],
  ["misses a scope", admins, principal(["organizations:read"]), undefined, "scope missing"],
  ["permits a tenant its own", tenants, principal(["organization:read"], "a"), "a", "permitted"],
  ["keeps tenants apart", tenants, principal(["organization:read"], "a"), "b", "other tenant"],
  ["keeps out who has no tenant", tenants, principal(["organization:read"]), "a", "other tenant"],
  [
    "keeps out who has no tenant where the path has none",
    tenants,
    principal(["organization:read"]),
    undefined,
    "other tenant",
  ],
  ["permits everywhere by scope", tenants, principal(["organizations:read"]), "b", "permitted"],
  ["does not let a tenant do without the scope", tenants, principal([], "a"), "a", "scope missing"],
];

for (const [title, access, who, organizationId, expected] of cases) {
  Deno.test(`judge() ${title}`, () => {
    deepStrictEqual(judge(access, who, { organizationId }), expected);
  });
}

Deno.test("scopesOf() names every scope that opens a route, the usual one first", () => {
  deepStrictEqual(
    [scopesOf({ kind: "anyone" }), scopesOf(admins), scopesOf(tenants)],
    [[], ["organizations:admin"], ["organization:read", "organizations:read"]],
  );
});
