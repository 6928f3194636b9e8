import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { isUnwanted, needsEngine, wantedServices, whyNoEngine } from "./wanted_services.ts";

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

Deno.test("needsEngine() tells by the end of the file's name", () => {
  strictEqual(needsEngine("images_redis_docker_test.ts"), true);
  strictEqual(needsEngine("dockerfile_test.ts"), false);
  strictEqual(needsEngine("docker"), false);
});

Deno.test("whyNoEngine() passes no engine over where TEST_RUNG asks for containers", async () => {
  using _container = setVariable("TEST_RUNG", "container");
  strictEqual(await whyNoEngine(), undefined);

  using _process = setVariable("TEST_RUNG", "process");
  strictEqual(await whyNoEngine(), "TEST_RUNG is process");
});

Deno.test("whyNoEngine() says when no engine answers", async () => {
  using _rung = setVariable("TEST_RUNG", "");
  using _host = setVariable("DOCKER_HOST", "unix:///nowhere/docker.sock");

  strictEqual(await whyNoEngine(), "no container engine answers");
});

function setTestBrokers(value: string): Disposable {
  return setVariable("TEST_BROKERS", value);
}

function setVariable(name: string, value: string): Disposable {
  const before = Deno.env.get(name);
  Deno.env.set(name, value);
  return {
    [Symbol.dispose]() {
      if (before === undefined) Deno.env.delete(name);
      else Deno.env.set(name, before);
    },
  };
}
