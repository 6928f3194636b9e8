import { strictEqual } from "node:assert/strict";
import { type Logger, silentLogger } from "@cauce/messaging";
import { redisOrganizationCache } from "./redis_organization_cache.ts";

Deno.test("redisOrganizationCache() says in ping() why Redis is out of reach", async () => {
  const reported = Promise.withResolvers<void>();
  const logger: Logger = { ...silentLogger, warn: () => reported.resolve() };
  // Nothing listens on port 1.
  const url = "redis://127.0.0.1:1";
  await using cache = redisOrganizationCache({ url, commandTimeoutMs: 1000, logger });
  await reported.promise;

  const error = await cache.ping().catch((error: Error) => error);

  strictEqual(error?.message, "connect ECONNREFUSED 127.0.0.1:1");
});
