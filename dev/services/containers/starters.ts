/**
 * What can run in a container.
 *
 * @module
 */

import type { ServiceName, Starter } from "../service.ts";
import { kafkaContainer } from "./kafka.ts";
import { postgresContainer } from "./postgres.ts";
import { redisContainer } from "./redis.ts";

/** How each service runs in a container. */
export const containerStarters: Readonly<Record<ServiceName, Starter>> = {
  kafka: kafkaContainer,
  redis: redisContainer,
  postgres: postgresContainer,
};
