import { deepStrictEqual } from "node:assert/strict";
import { withBroker, withLagOf } from "./broker.ts";

const REDIS = {
  environment: [{ name: "MESSAGING_BINDER", value: "redis" }],
  secrets: [{ name: "REDIS_URL", valueFrom: "${STREAMS_URL_SECRET_ARN}" }],
  lag: { Namespace: "cauce", MetricName: "GroupLag" },
};

Deno.test("withBroker() puts the broker's variables in Kafka's place, in the service alone", () => {
  const task = {
    family: "cauce",
    containerDefinitions: [
      {
        name: "licensing",
        environment: [
          { name: "MESSAGING_BINDER", value: "kafka" },
          { name: "KAFKA_SSL", value: "true" },
          { name: "PORT", value: "8080" },
        ],
        secrets: [{ name: "KAFKA_SASL_PASSWORD", valueFrom: "a" }],
      },
      { name: "collector", environment: [{ name: "KAFKA_SSL", value: "kept" }], secrets: [] },
    ],
  };

  const changed = JSON.parse(
    withBroker(JSON.stringify(task), { service: "licensing", broker: REDIS }),
  );

  deepStrictEqual(changed, {
    family: "cauce",
    containerDefinitions: [
      {
        name: "licensing",
        environment: [
          { name: "MESSAGING_BINDER", value: "redis" },
          { name: "PORT", value: "8080" },
        ],
        secrets: [{ name: "REDIS_URL", valueFrom: "${STREAMS_URL_SECRET_ARN}" }],
      },
      task.containerDefinitions[1],
    ],
  });
});

Deno.test("withLagOf() replaces Kafka's metric and no other", () => {
  const [kafkas, tasks] = ["AWS/Kafka", "ECS/ContainerInsights"].map((Namespace) => ({
    Metric: { Namespace, Dimensions: [] },
  }));

  const changed = JSON.parse(withLagOf(JSON.stringify([kafkas, tasks]), REDIS));

  deepStrictEqual(changed, [{ Metric: REDIS.lag }, tasks]);
});
