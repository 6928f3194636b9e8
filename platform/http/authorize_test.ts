import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Logger } from "@cauce/messaging";
import { silentLogger } from "@cauce/messaging";
import { createRoute, z } from "@hono/zod-openapi";
import type { AccessTable } from "../auth/access.ts";
import { AccessTokenError, KeysUnavailableError } from "../auth/errors.ts";
import type { Principal } from "../auth/principal.ts";
import { createHttpApp } from "./http_app.ts";
import { actorOf } from "./http_env.ts";
import { problemResponses } from "./problem_schema.ts";

const table: AccessTable = {
  "GET /open": { kind: "anyone" },
  "POST /things": { kind: "scope", scope: "things:write" },
  "GET /organizations/{organizationId}": {
    kind: "tenant",
    scope: "things:read",
    everywhere: ["things:admin"],
  },
  "GET /openapi.json": { kind: "anyone" },
};

/** A token is its scopes, then a space and its organization, in base 64. */
function verify(token: string): Promise<Principal> {
  if (token === "down") return Promise.reject(new KeysUnavailableError("no answer"));
  if (token === "old") return Promise.reject(new AccessTokenError("has expired"));
  const [scopes = "", organizationId] = atob(token).split(" ");
  return Promise.resolve({ subject: "ana", scopes: new Set([scopes]), organizationId });
}

function as(scope: string, organizationId?: string): string {
  return btoa(organizationId === undefined ? scope : `${scope} ${organizationId}`);
}

const details = z.strictObject({ name: z.string() });
const things = createRoute({
  method: "post",
  path: "/things",
  request: { body: { required: true, content: { "application/json": { schema: details } } } },
  responses: { 201: { description: "It is there" }, ...problemResponses(422) },
});

function testApp(logger: Logger = silentLogger) {
  const auth = { mode: "jwt", verify, check: () => Promise.resolve() } as const;
  const app = createHttpApp({ title: "T", version: "1", logger, access: { auth, table } });
  app.get("/open", (c) => c.text(actorOf(c)));
  app.openapi(things, (c) => c.body(null, 201));
  app.get("/organizations/:organizationId", (c) => c.text(actorOf(c)));
  app.get("/forgotten", (c) => c.text("secret"));
  return app;
}

function get(path: string, token?: string): Promise<Response> {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  return Promise.resolve(testApp().request(path, { ...(headers && { headers }) }));
}

const answers: readonly [title: string, path: string, token: string | undefined, status: number][] =
  [
    ["anyone on an open route", "/open", undefined, 200],
    ["anyone on an open route, whatever the token", "/open", "old", 200],
    ["a tenant on its own organization", "/organizations/a", as("things:read", "a"), 200],
    [
      "a tenant whose id is escaped in the path",
      "/organizations/a%2Fb",
      as("things:read", "a/b"),
      200,
    ],
    ["an administrator on any organization", "/organizations/b", as("things:admin"), 200],
    ["who has no token", "/organizations/a", undefined, 401],
    ["who has an old token", "/organizations/a", "old", 401],
    ["a tenant without the scope", "/organizations/a", as("things:write", "a"), 403],
    ["a tenant on another organization", "/organizations/b", as("things:read", "a"), 404],
    ["who belongs to no organization", "/organizations/a", as("things:read"), 404],
    ["everybody while the issuer is out of reach", "/organizations/a", "down", 503],
    ["everybody on a route without a row", "/forgotten", as("things:admin"), 403],
    ["anyone where there is no route", "/nothing", undefined, 404],
  ];

for (const [title, path, token, status] of answers) {
  Deno.test(`an app with a table of access lets in ${title}: ${status}`, async () => {
    const response = await get(path, token);

    strictEqual(response.status, status);
    if (status === 200) return;
    strictEqual(response.headers.get("content-type"), "application/problem+json");
    strictEqual((await response.json()).status, status);
  });
}

Deno.test("an app with a table of access does not let HEAD see more than GET", async () => {
  const response = await testApp().request("/organizations/a", { method: "HEAD" });

  strictEqual(response.status, 401);
});

Deno.test("a refusal says what was wrong with the token, as RFC 6750 has it", async () => {
  const challenges = [
    await get("/organizations/a"),
    await get("/organizations/a", "old"),
    await get("/organizations/a", "b c"),
    await get("/organizations/a", as("x", "a")),
  ].map(({ headers }) => headers.get("www-authenticate"));

  deepStrictEqual(challenges, [
    'Bearer realm="cauce"',
    'Bearer realm="cauce", error="invalid_token", error_description="The token has expired"',
    'Bearer realm="cauce", error="invalid_token", error_description="The token is malformed"',
    'Bearer realm="cauce", error="insufficient_scope", scope="things:read"',
  ]);
});

Deno.test("who is refused learns nothing of how a body is read", async () => {
  const send = (token: string, body: string) =>
    testApp().request("/things", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body,
    });

  const [refused, read] = [await send(as("things:read"), "{"), await send(as("things:write"), "{")];

  deepStrictEqual([refused.status, read.status], [403, 400]);
});

Deno.test("an issuer out of reach is answered with the time to come back, and logged", async () => {
  const lines: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void lines.push(message) };

  const response = await testApp(logger).request("/organizations/a", {
    headers: { authorization: "Bearer down" },
  });

  strictEqual(response.headers.get("retry-after"), "1");
  deepStrictEqual(lines, ["Refused request"]);
});

Deno.test("who calls signs what is done, and is on every line of the log", async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = {
    ...silentLogger,
    info: (_message: string, fields = {}) => void lines.push(fields),
  };

  const response = await testApp(logger).request("/organizations/a", {
    headers: { authorization: `Bearer ${as("things:read", "a")}` },
  });

  strictEqual(await response.text(), "ana");
  strictEqual(lines[0]?.["subject"], "ana");
  ok(!JSON.stringify(lines).includes(as("things:read", "a")));
});

Deno.test("the OpenAPI document says which scopes open an operation, and how it refuses", async () => {
  const { paths, components } = await (await get("/openapi.json")).json();

  const { security, responses } = paths["/things"].post;
  deepStrictEqual(security, [{ accessToken: ["things:write"] }]);
  deepStrictEqual(Object.keys(responses), ["201", "401", "403", "422", "429", "503"]);
  strictEqual(components.securitySchemes.accessToken.scheme, "bearer");
  match(components.securitySchemes.accessToken.description, /things:admin, things:read/);
});
