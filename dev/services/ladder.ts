/**
 * The rungs on which a service can be had, tried in order: an address that was given, a container,
 * a local process.
 *
 * @module
 */

import { containerStarters } from "./containers/starters.ts";
import { kafkaProcess } from "./processes/kafka.ts";
import { postgresProcess } from "./processes/postgres.ts";
import { redisProcess } from "./processes/redis.ts";
import type { Say, ServiceName, Starter, StartingRung } from "./service.ts";

/** Where the address of each service stands in the environment. */
export const ADDRESS_VARIABLE: Readonly<Record<ServiceName, string>> = {
  kafka: "KAFKA_BROKERS",
  redis: "REDIS_URL",
  postgres: "DATABASE_URL",
};

/** A way to start a service, and why this one. */
export interface Choice {
  readonly rung: StartingRung;
  readonly reason: string;
  readonly starter: Starter;
}

const STARTERS: Readonly<Record<StartingRung, Readonly<Record<ServiceName, Starter>>>> = {
  container: containerStarters,
  process: { kafka: kafkaProcess, redis: redisProcess, postgres: postgresProcess },
};

/** Which rung, where it is not for the ladder to choose. */
export interface ChooseOptions {
  /** This rung or none: a broken engine then fails instead of being passed over. */
  readonly rung?: StartingRung | undefined;
  readonly say: Say;
}

/** Returns the first rung that can serve. Throws with what to install when there is none. */
export async function chooseStarter(name: ServiceName, options: ChooseOptions): Promise<Choice> {
  const rungs = options.rung ? [options.rung] : ["container", "process"] as const;
  const missing: string[] = [];
  for (const rung of rungs) {
    const starter = STARTERS[rung][name];
    const what = await starter.missing(options.say);
    if (what === undefined) {
      const passedOver = missing[0]?.replace(/ \(.*\)$/, "");
      const reason = options.rung ? `TEST_RUNG=${rung}` : passedOver ?? "an engine answers";
      return { rung, reason, starter };
    }
    missing.push(what);
  }
  throw new Error(`Cannot provide ${name}: ${missing.join("; ")}`);
}

/** Reads `TEST_RUNG`, or one for a single service, as in `TEST_RUNG_POSTGRES`. */
export function forcedRung(name: ServiceName): StartingRung | undefined {
  const variable = `TEST_RUNG_${name.toUpperCase()}`;
  const value = Deno.env.get(variable) || Deno.env.get("TEST_RUNG") || undefined;
  if (value === undefined || value === "container" || value === "process") return value;
  throw new TypeError(`Cannot use TEST_RUNG "${value}": it is "container" or "process"`);
}
