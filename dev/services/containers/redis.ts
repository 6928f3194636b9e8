/**
 * Redis in a container.
 *
 * @module
 */

import type { Starter } from "../service.ts";
import { containerStarter } from "./container_service.ts";

/** Runs the official image or its stand-in. */
export const redisContainer: Starter = containerStarter("redis", {
  containerPort: 6379,
  hello: new TextEncoder().encode("PING\r\n"),
  readyText: "Ready to accept connections",
  address: (host, port) => `redis://${host}:${port}`,
  command: ({ syncsEachWrite }) => [
    ...["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"],
    ...[
      "--save",
      "",
      "--appendonly",
      "yes",
      "--appendfsync",
      syncsEachWrite ? "always" : "everysec",
    ],
  ],
});
