import { redisUrl } from "../support/brokers.ts";
import { testHostileMessages } from "../support/hostile_message_cases.ts";
import { openRedisStranger } from "../support/hostile_strangers.ts";

testHostileMessages("redis", {
  env: async () => ({ REDIS_URL: await redisUrl() }),
  largest: 10_000_000,
  messages: 5000,
  stranger: openRedisStranger,
});
