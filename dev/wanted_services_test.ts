import { deepStrictEqual } from "node:assert/strict";
import { wantedServices } from "./wanted_services.ts";

Deno.test("wantedServices() starts nothing for the memory binder", () => {
  deepStrictEqual(wantedServices({}), []);
  deepStrictEqual(wantedServices({ MESSAGING_BINDER: "memory" }), []);
});

Deno.test("wantedServices() starts the broker, and Redis for the cache", () => {
  deepStrictEqual(wantedServices({ MESSAGING_BINDER: "kafka" }), ["kafka", "redis"]);
  deepStrictEqual(wantedServices({ MESSAGING_BINDER: "redis" }), ["redis"]);
});

Deno.test("wantedServices() starts nothing that has an address", () => {
  const env = { MESSAGING_BINDER: "kafka", KAFKA_BROKERS: "127.0.0.1:9092" };

  deepStrictEqual(wantedServices(env), ["redis"]);
  deepStrictEqual(wantedServices({ ...env, REDIS_URL: "redis://127.0.0.1" }), []);
});
