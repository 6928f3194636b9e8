/**
 * Whose dead letters the command line sees to, by the environment of the services.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import { type BinderName, type Channel, type Env, parseMessagingConfig } from "@cauce/messaging";

/** A group's dead letters at a broker. */
export interface Place {
  readonly binderName: BinderName;
  readonly destination: string;
  readonly group: string;
  /** What edited payloads must fit; undefined where nobody here knows. */
  readonly channel: Channel<unknown> | undefined;
}

const CHANNEL = organizationChanges as Channel<unknown>;
const GROUP = "licensing";

/**
 * Finds the place. Throws `ConfigError` with every problem; `memory` is one, for only the process
 * that holds it can see into it.
 */
export function findPlace(
  env: Env,
  wanted: { readonly destination: string | undefined; readonly group: string | undefined },
): Place {
  const sink = `${CHANNEL.name}-in`;
  const config = parseMessagingConfig(env, {
    bindings: [sink, `${CHANNEL.name}-out`],
    forbidMemory: true,
  });
  const binding = config.binding(sink);
  const known = binding.destination ?? CHANNEL.name;
  const destination = wanted.destination ?? known;
  return {
    binderName: binding.binder ?? config.defaultBinder,
    destination,
    group: wanted.group ?? binding.group ?? GROUP,
    channel: destination === known ? CHANNEL : undefined,
  };
}
