import { kafkaBrokers } from "../support/brokers.ts";
import { testDlq } from "../support/dlq_cases.ts";

testDlq("kafka", async () => ({
  MESSAGING_BINDER: "kafka",
  KAFKA_BROKERS: await kafkaBrokers(),
}));
