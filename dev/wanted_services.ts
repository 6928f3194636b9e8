/**
 * Which services a binder needs and nobody gave an address for.
 *
 * @module
 */

/** A service that dev can start by itself. */
export type DevService = "kafka" | "redis";

/** Where each service's address would stand, were it given. */
const ADDRESS: Record<DevService, string> = { kafka: "KAFKA_BROKERS", redis: "REDIS_URL" };

/** Besides the broker, every binder but `memory` gets Redis: the cache lives there as in production. */
const NEEDS: Record<string, readonly DevService[]> = {
  kafka: ["kafka", "redis"],
  redis: ["redis"],
};

/** Returns the services to start; none for the memory binder and where all addresses are given. */
export function wantedServices(
  env: Readonly<Record<string, string | undefined>>,
): readonly DevService[] {
  const needs = NEEDS[env["MESSAGING_BINDER"] ?? "memory"] ?? [];
  return needs.filter((service) => !env[ADDRESS[service]]);
}
