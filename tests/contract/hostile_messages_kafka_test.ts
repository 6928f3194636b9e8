import { kafkaBrokers } from "../support/brokers.ts";
import { testHostileMessages } from "../support/hostile_message_cases.ts";

testHostileMessages("kafka", {
  env: async () => ({ KAFKA_BROKERS: await kafkaBrokers() }),
  // Of the mebibyte that a broker takes by default, all but what surrounds a body.
  largest: 1_048_400,
  messages: 5000,
});
