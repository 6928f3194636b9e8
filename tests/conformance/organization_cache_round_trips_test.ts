import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Redis } from "ioredis";
import { createWithLicense, openTestLicensing } from "../support/licensing_service.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { until } from "../support/until.ts";

const READS = 50;

Deno.test("organization cache in Redis: a license that is read costs one round trip", async () => {
  await using redis = await openOwnBroker("redis");
  await using test = await openTestLicensing({ redisUrl: redis.address });
  const { path, organizationId } = await createWithLicense(test);
  const read = async () => (await test.call("GET", path)).headers.get("cache-status");
  await until(async () => await read() === "organization; hit", "a hit");
  const watch = new Redis(redis.address);
  const monitor = await watch.monitor();
  const sent: string[] = [];
  monitor.on("monitor", (_time: string, args: string[], source: string) => {
    // What a script does is no round trip; nor is what concerns no organization.
    if (source !== "lua" && args.some((arg) => arg.includes(organizationId))) {
      sent.push(args[0]?.toLowerCase() ?? "");
    }
  });

  const seen = new Set<string | null>();
  for (let count = 0; count < READS; count++) seen.add(await read());

  await watch.set(`end of ${organizationId}`, "");
  await until(() => sent.includes("set"), "the end of what was watched");
  monitor.disconnect();
  watch.disconnect();
  deepStrictEqual([...seen], ["organization; hit"]);
  strictEqual(sent.length, READS + 1);
  deepStrictEqual([...new Set(sent)], ["evalsha", "set"]);
});
