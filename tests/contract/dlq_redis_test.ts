import { redisUrl } from "../support/brokers.ts";
import { testDlq } from "../support/dlq_cases.ts";

testDlq("redis", async () => ({ MESSAGING_BINDER: "redis", REDIS_URL: await redisUrl() }));
