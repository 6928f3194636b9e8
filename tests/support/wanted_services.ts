/**
 * Which services the tests want.
 *
 * @module
 */

import { whyNoImages } from "../../deploy/docker/base_images.ts";
import type { ServiceName } from "../../dev/services/service.ts";

const BROKERS = ["kafka", "redis"] as const;

/** A broker that tests run against. */
export type BrokerName = typeof BROKERS[number];

/** Returns the brokers that `TEST_BROKERS` names, or all. Throws when it names another. */
export function wantedBrokers(): readonly BrokerName[] {
  const given = Deno.env.get("TEST_BROKERS");
  if (!given) return BROKERS;
  const names = given.split(",").map((name) => name.trim()).filter(Boolean);
  const unknown = names.find((name) => !BROKERS.some((broker) => broker === name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot test broker "${unknown}": TEST_BROKERS knows ${BROKERS.join()}`);
  }
  return BROKERS.filter((broker) => names.includes(broker));
}

/** Returns the brokers that are wanted, and PostgreSQL. */
export function wantedServices(): readonly ServiceName[] {
  return [...wantedBrokers(), "postgres"];
}

/** Whether a test file is about a broker that is not wanted, by its name: `kafka_consumer_test.ts`. */
export function isUnwanted(file: string): boolean {
  const words = file.replace(/\.ts$/, "").split("_");
  const wanted = wantedBrokers();
  return BROKERS.some((broker) => words.includes(broker) && !wanted.includes(broker));
}

/** Whether a file runs containers of its own, by its name: `local_task_docker_test.ts`. */
export function needsEngine(file: string): boolean {
  return file.endsWith("_docker_test.ts");
}

/**
 * Why such files cannot run; `undefined` where they can. With TEST_RUNG=container they always run:
 * an engine that does not answer then fails them.
 */
export async function whyNoEngine(): Promise<string | undefined> {
  const rung = Deno.env.get("TEST_RUNG");
  if (rung === "container") return undefined;
  if (rung === "process") return "TEST_RUNG is process";
  return await whyNoImages();
}
