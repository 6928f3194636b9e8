import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { toServiceEnv } from "./dev_env.ts";

Deno.test("toServiceEnv() gives each service its own port and database", () => {
  const env = {
    ORGANIZATION_PORT: "9001",
    LICENSING_PORT: "9000",
    LICENSING_DATABASE_URL: "postgres://127.0.0.1/licensing",
  };

  const organization = toServiceEnv(env, "organization");
  const licensing = toServiceEnv(env, "licensing");

  deepStrictEqual(
    [organization["PORT"], organization["DATABASE_URL"]],
    ["9001", "sqlite:.data/organization.sqlite"],
  );
  deepStrictEqual(
    [licensing["PORT"], licensing["DATABASE_URL"]],
    ["9000", "postgres://127.0.0.1/licensing"],
  );
});

Deno.test("toServiceEnv() gives no service what belongs to a single one", () => {
  const licensing = toServiceEnv({ PORT: "1", DATABASE_URL: "sqlite:one" }, "licensing");

  strictEqual(licensing["PORT"], undefined);
  strictEqual(licensing["DATABASE_URL"], "sqlite:.data/licensing.sqlite");
});

Deno.test("toServiceEnv() keeps to this machine unless told otherwise", () => {
  strictEqual(toServiceEnv({}, "licensing")["HOST"], "127.0.0.1");
  strictEqual(toServiceEnv({ HOST: "127.0.0.2" }, "licensing")["HOST"], "127.0.0.2");
});

Deno.test("toServiceEnv() lets anyone on this machine in unless told otherwise", () => {
  strictEqual(toServiceEnv({}, "licensing")["AUTH"], "open");
});

Deno.test("toServiceEnv() takes access tokens for each service by its name", () => {
  strictEqual(toServiceEnv({ AUTH: "jwt" }, "licensing")["AUTH_AUDIENCE"], "licensing");
  strictEqual(toServiceEnv({ AUTH_AUDIENCE: "cauce" }, "licensing")["AUTH_AUDIENCE"], "cauce");
});
