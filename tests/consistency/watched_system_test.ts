import { deepStrictEqual, throws } from "node:assert/strict";
import { attachedSystem } from "./watched_system.ts";

Deno.test("attachedSystem() takes addresses and the broker from the environment, and no more", () => {
  const system = attachedSystem({
    ORGANIZATION_URL: "http://127.0.0.1:8081/",
    LICENSING_URL: "http://127.0.0.1:8080, http://127.0.0.1:8082",
    MESSAGING_BINDER: "redis",
    REDIS_URL: "redis://127.0.0.1:6379",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: "changes",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_GROUP: "licensing",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_OUT_DESTINATION: "changes",
    PATH: "/bin",
  });

  deepStrictEqual(system.organizations, ["http://127.0.0.1:8081"]);
  deepStrictEqual(system.licensing, ["http://127.0.0.1:8080", "http://127.0.0.1:8082"]);
  deepStrictEqual(system.cacheUrl, "redis://127.0.0.1:6379");
  // With a group, the observer would take changes from the services.
  deepStrictEqual(system.messaging, {
    MESSAGING_BINDER: "redis",
    REDIS_URL: "redis://127.0.0.1:6379",
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_DESTINATION: "changes",
  });
});

Deno.test("attachedSystem() names the variable that is missing or wrong", () => {
  const wrong = { ORGANIZATION_URL: "http://127.0.0.1:8081", LICENSING_URL: "127.0.0.1:8080" };

  throws(() => attachedSystem({}), /ORGANIZATION_URL/);
  throws(() => attachedSystem(wrong), /LICENSING_URL .*"127\.0\.0\.1:8080"/);
});
