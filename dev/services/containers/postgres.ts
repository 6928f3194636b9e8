/**
 * PostgreSQL in a container.
 *
 * @module
 */

import type { Starter } from "../service.ts";
import { containerStarter } from "./container_service.ts";

/** Runs the official image. */
export const postgresContainer: Starter = containerStarter("postgres", {
  containerPort: 5432,
  // Asks for TLS, which every server answers with one letter.
  hello: new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]),
  readyText: "database system is ready to accept connections",
  // The image first starts a server of its own, to create the database with.
  firstReadyTimes: 2,
  address: (host, port) => `postgres://postgres:postgres@${host}:${port}/postgres`,
  env: () => ({ POSTGRES_PASSWORD: "postgres" }),
  command: () => [
    ...["postgres", "-c", "max_connections=200", "-c", "fsync=off", "-c", "full_page_writes=off"],
  ],
});
