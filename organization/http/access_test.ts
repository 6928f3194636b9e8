import { deepStrictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { createReadiness } from "@cauce/platform";
import { organizationAccess } from "./access.ts";
import type { OrganizationDeps } from "./organization_handlers.ts";
import { createOrganizationApp } from "./organization_app.ts";

function unused(): never {
  throw new Error("Cannot serve: the app is only looked at");
}

const app = createOrganizationApp({
  // No request reaches a handler.
  ...({} as OrganizationDeps),
  auth: { mode: "open" },
  logger: silentLogger,
  observeRequest: unused,
  health: {
    readiness: createReadiness(),
    bindings: { bindings: unused, health: unused, control: unused, replay: unused },
    metrics: { contentType: "text/plain", metrics: unused },
  },
  binding: { name: "b", destination: "d" },
});

Deno.test("every route of organization has a row in the table of access, and every row a route", () => {
  const routes = app.routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);

  deepStrictEqual([...new Set(routes)].sort(), Object.keys(organizationAccess).sort());
});

Deno.test("every operation in organization's document has a row in the table of access", () => {
  const { paths = {} } = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "T", version: "1" },
  });
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );

  deepStrictEqual(operations.filter((route) => !(route in organizationAccess)), []);
});
