/**
 * Services that belong to one test: it may kill them, freeze them and start them again.
 *
 * @module
 */

import { startService, type StartServiceOptions } from "../../dev/services/provider.ts";
import type { ServiceName, StartedService } from "../../dev/services/service.ts";
import { say } from "./say.ts";

/** A service with `address`, `port`, `kill()`, `start()`, `pause()` and `resume()`; disposing ends it. */
export type OwnBroker = StartedService;

/**
 * Starts a service on a port that it keeps. Kafka serves again about 3 s after a `kill()` and
 * `start()`; give `advertisedPort` where clients shall come through a proxy. What Redis acknowledged
 * survives a `kill()`, as it syncs each write.
 */
export function openOwnBroker(
  name: ServiceName,
  options: Partial<StartServiceOptions> = {},
): Promise<OwnBroker> {
  return startService(name, { say, quickRestart: true, syncsEachWrite: true, ...options });
}
