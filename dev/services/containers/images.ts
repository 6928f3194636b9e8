/**
 * The images that containers run: the official ones, pinned, or stand-ins built from packages where
 * an engine cannot pull.
 *
 * @module
 */

/** What `deno task images:offline` builds. */
export const OFFLINE_IMAGES = {
  kafka: "cauce-offline/kafka:4.3.0",
  redis: "cauce-offline/redis:7",
  /** What images of our services run on. */
  deno: "cauce-offline/deno:2.9.6",
  /** What they are built in. */
  denoBuilder: "cauce-offline/deno-builder:2.9.6",
} as const;

/** The official images; `KAFKA_IMAGE`, `REDIS_IMAGE` and `POSTGRES_IMAGE` name others. */
export const OFFICIAL_IMAGES = {
  kafka: "apache/kafka:4.3.0",
  redis: "redis:8",
  postgres: "postgres:18",
} as const;
