/**
 * What a service in another group would hear of the organization service in the test's process.
 *
 * @module
 */

import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import {
  createMessaging,
  type MemoryBroker,
  type Message,
  parseMessagingConfig,
  type Watermark,
} from "@cauce/messaging";

/** Every event since the first. */
export interface OrganizationListener extends AsyncDisposable {
  readonly messages: readonly Message<OrganizationChanged>[];
  readonly marks: readonly Watermark[];
}

/** Joins a group of its own on the memory broker. */
export function listenToOrganizations(
  { memory }: { readonly memory: MemoryBroker },
): OrganizationListener {
  const config = parseMessagingConfig({ MESSAGING_BINDER: "memory" }, {
    bindings: ["organization-changes-in"],
  });
  const messaging = createMessaging({ config, application: "listener", memory });
  const messages: Message<OrganizationChanged>[] = [];
  const marks: Watermark[] = [];
  messaging.sink(organizationChanges, (message) => {
    messages.push(message);
    return Promise.resolve();
  }, { group: "listener", onWatermark: (mark) => void marks.push(mark) });
  messaging.start();
  return { messages, marks, [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose]() };
}
