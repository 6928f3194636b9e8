/**
 * The services that all tests share. A run opens them once and passes the addresses on; a test file
 * run by hand opens what it asks for, when it asks, and stops it at its end.
 *
 * Tests keep apart by destination, group, key prefix and database: see `uniqueName()`.
 *
 * @module
 */

import { ADDRESS_VARIABLE } from "../../dev/services/ladder.ts";
import { openServices, type Services } from "../../dev/services/provider.ts";
import type { ServiceName } from "../../dev/services/service.ts";
import { say } from "./say.ts";
import { wantedServices } from "./wanted_services.ts";

const opened = new Map<ServiceName, Promise<Services>>();

/** Returns `host:port` of the shared Kafka. */
export const kafkaBrokers = (): Promise<string> => addressOf("kafka");

/** Returns the URL of the shared Redis. */
export const redisUrl = (): Promise<string> => addressOf("redis");

/** Returns the URL of the shared PostgreSQL's administrative database; tests use `freshDatabase()`. */
export const postgresUrl = (): Promise<string> => addressOf("postgres");

let names = 0;

/** Returns a name that no other test and no other run has: for destinations, groups and prefixes. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}-${++names}`;
}

async function addressOf(name: ServiceName): Promise<string> {
  if (!wantedServices().includes(name)) {
    throw new Error(`Cannot open ${name}: TEST_BROKERS does not name it`);
  }
  const given = Deno.env.get(ADDRESS_VARIABLE[name]);
  if (given) return given;
  let opening = opened.get(name);
  if (!opening) {
    opening = openServices({ wanted: [name], say });
    opened.set(name, opening);
  }
  const service = (await opening)[name];
  if (!service) {
    throw new Error(`Cannot find ${name} among the services that were opened`);
  }
  return service.address;
}

// Hooks belong to the test file that imports this module; benchmarks and programs have none.
Deno.test.afterAll(async () => {
  for (const opening of opened.values()) {
    await (await opening)[Symbol.asyncDispose]();
  }
});
