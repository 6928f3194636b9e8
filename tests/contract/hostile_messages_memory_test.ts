import { testHostileMessages } from "../support/hostile_message_cases.ts";

testHostileMessages("memory", {
  env: () => Promise.resolve({}),
  largest: 10_000_000,
  messages: 5000,
});
