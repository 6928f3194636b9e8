import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { isUnwanted, wantedServices } from "./wanted_services.ts";

Deno.test("wantedServices() are both brokers and PostgreSQL unless TEST_BROKERS says otherwise", () => {
  using _all = setTestBrokers("");
  deepStrictEqual(wantedServices(), ["kafka", "redis", "postgres"]);

  using _one = setTestBrokers("redis");
  deepStrictEqual(wantedServices(), ["redis", "postgres"]);
});

Deno.test("wantedServices() refuses a broker that is not known", () => {
  using _ = setTestBrokers("kafka,rediss");

  throws(() => wantedServices(), /Cannot test broker "rediss": TEST_BROKERS knows kafka,redis/);
});

Deno.test("isUnwanted() tells by a word of the file's name", () => {
  using _ = setTestBrokers("redis");

  strictEqual(isUnwanted("binder_kafka_test.ts"), true);
  strictEqual(isUnwanted("binder_redis_test.ts"), false);
  strictEqual(isUnwanted("organization_store_test.ts"), false);
});

function setTestBrokers(value: string): Disposable {
  const before = Deno.env.get("TEST_BROKERS") ?? "";
  Deno.env.set("TEST_BROKERS", value);
  return { [Symbol.dispose]: () => Deno.env.set("TEST_BROKERS", before) };
}
