/**
 * The images that containers run: the official ones, pinned, or stand-ins built from packages where
 * an engine cannot pull.
 *
 * @module
 */

/** The services that have an image built from packages. */
export type OfflineService = "kafka" | "redis";

/** What `deno task images:offline` builds. */
export const OFFLINE_IMAGES: Readonly<Record<OfflineService, string>> = {
  kafka: "cauce-offline/kafka:4.3.0",
  redis: "cauce-offline/redis:7",
};

/** The official images; `KAFKA_IMAGE`, `REDIS_IMAGE` and `POSTGRES_IMAGE` name others. */
export const OFFICIAL_IMAGES = {
  kafka: "apache/kafka:4.3.0",
  redis: "redis:8",
  postgres: "postgres:18",
} as const;
