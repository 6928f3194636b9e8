/**
 * An event's way in one line of the developer's terminal.
 *
 * @module
 */

import type { OrganizationChanged } from "@cauce/contracts";
import type { Message, MessagingEvent } from "@cauce/messaging";

/**
 * Returns the line for an event that messaging reports, or undefined where it says nothing new: the
 * invalidation of the cache is the end of an event's way, so that is when its line is written.
 */
export function toEventLine(event: MessagingEvent, now: number): string | undefined {
  switch (event.kind) {
    case "handled": {
      const message = event.message as Message<OrganizationChanged>;
      const { payload } = message;
      return line(message, `v${payload.version} ${payload.action.toLowerCase()}`, [
        `correlation ${payload.correlationId}`,
        `commit → fenced ${Math.max(0, now - message.time)} ms`,
      ]);
    }
    case "retried":
      return line(event.message, `attempt ${event.attempt} failed`, [String(event.error)]);
    case "dead-lettered":
      return `event  ${event.binding}  dead-lettered after ${event.attempts} attempts: ${event.reason}`;
    case "send-failed":
      return `event  ${event.binding}  ${event.messages} not sent, waiting in the outbox: ${event.error}`;
    case "binding-state":
      return event.state === "down" || event.state === "failed" ? stateLine(event) : undefined;
    case "sent":
      return undefined;
  }
}

function line(message: Message<unknown>, what: string, more: readonly string[]): string {
  const { destination, partition, offset } = message.position;
  return [`event  ${destination}[${partition}]@${offset}`, `key ${message.key}`, what, ...more]
    .join("  ");
}

function stateLine(event: MessagingEvent & { kind: "binding-state" }): string {
  const reason = event.error === undefined ? "" : `: ${event.error}`;
  return `binding  ${event.binding}  ${event.state}${reason}`;
}
