/**
 * What changes in the templates where the broker is another than Kafka: the files of a service are
 * written for Kafka, and `deploy/brokers/<broker>.json` has what stands in its place.
 *
 * @module
 */

import { z } from "zod";
import type { Json } from "../render.ts";

/** The brokers that services are deployed with. */
export const BROKERS = ["kafka", "redis"] as const;

/** One of them. */
export type Broker = typeof BROKERS[number];

const json: z.ZodType<Json> = z.json();
const variable = z.strictObject({ name: z.string(), value: z.string() });
const secret = z.strictObject({ name: z.string(), valueFrom: z.string() });

const brokerFile = z.strictObject({
  environment: z.array(variable),
  secrets: z.array(secret),
  /** The metric that tells how many messages wait for the group. */
  lag: json,
});

/** What a broker's file says. */
export type BrokerFile = z.output<typeof brokerFile>;

/** Reads it; Kafka has none. */
export async function readBroker(broker: Broker): Promise<BrokerFile | undefined> {
  if (broker === "kafka") return undefined;
  const file = new URL(`../brokers/${broker}.json`, import.meta.url);
  return brokerFile.parse(JSON.parse(await Deno.readTextFile(file)));
}

const KAFKAS = /^(MESSAGING_BINDER|KAFKA_.*)$/;

const named = z.looseObject({ name: z.string() });
const container = z.looseObject({
  name: z.string(),
  environment: z.array(named).default([]),
  secrets: z.array(named).default([]),
});
const definition = z.looseObject({ containerDefinitions: z.array(container) });

/** Returns a task definition in whose container of that name the broker's variables stand. */
export function withBroker(
  template: string,
  { service, broker }: { readonly service: string; readonly broker: BrokerFile },
): string {
  const task = definition.parse(JSON.parse(template));
  const containerDefinitions = task.containerDefinitions.map((one) => {
    if (one.name !== service) return one;
    const [environment, secrets] = [one.environment, one.secrets].map((variables) =>
      variables.filter(({ name }) => !KAFKAS.test(name))
    );
    return {
      ...one,
      environment: [...broker.environment, ...environment ?? []],
      secrets: [...secrets ?? [], ...broker.secrets],
    };
  });
  return JSON.stringify({ ...task, containerDefinitions });
}

/** Returns policies in which the broker's metric stands for Kafka's. */
export function withLagOf(template: string, { lag }: BrokerFile): string {
  return JSON.stringify(JSON.parse(template), (key, value) => {
    const isKafkas = key === "Metric" && value?.Namespace === "AWS/Kafka";
    return isKafkas ? lag : value;
  });
}
