/**
 * What the checker watches: services that run, whoever started them.
 *
 * @module
 */

import type { MessagingOptions } from "@cauce/messaging";
import type { FaultTargets } from "./faults.ts";

/** Running services. Disposing ends those that were started here. */
export interface WatchedSystem extends AsyncDisposable {
  readonly organizations: readonly string[];
  readonly licensing: readonly string[];
  /** The messaging of an onlooker: binder, broker, destination. */
  readonly messaging: Readonly<Record<string, string | undefined>>;
  /** Where the services go to the broker by a proxy, an onlooker does not. */
  readonly binders?: NonNullable<MessagingOptions["binders"]>;
  /** The cache's Redis, to look at fences; undefined where it cannot be seen. */
  readonly cacheUrl: string | undefined;
  /** What faults are done to; undefined where none may be. */
  readonly faultTargets?: FaultTargets;
}

/** The onlooker's share of the environment: with the group, it would take changes away. */
const MESSAGING =
  /^(MESSAGING_BINDER|(KAFKA|REDIS)_\w+|MESSAGING_BINDINGS_\w+_IN_(DESTINATION|BINDER))$/;

/** Reads the addresses of services that run already from the environment. Throws on what is missing. */
export function attachedSystem(env: Readonly<Record<string, string | undefined>>): WatchedSystem {
  const listed = (name: string) => {
    const urls = (env[name] ?? "").split(",").map((url) => url.trim().replace(/\/$/, ""));
    const wrong = urls.find((url) => !/^https?:\/\/[^/]+$/.test(url));
    if (wrong === undefined) return urls;
    throw new TypeError(
      `Cannot attach: ${name} is to be addresses such as http://127.0.0.1:8080, separated by ` +
        `commas, and not "${wrong}"`,
    );
  };
  return {
    organizations: listed("ORGANIZATION_URL"),
    licensing: listed("LICENSING_URL"),
    messaging: Object.fromEntries(
      Object.entries(env).filter(([name]) => MESSAGING.test(name)),
    ),
    cacheUrl: env["CACHE_REDIS_URL"] ?? env["REDIS_URL"],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
