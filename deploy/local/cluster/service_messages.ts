/**
 * What a service's events say.
 *
 * @module
 */

import type { ServiceEvent } from "../scheduler/action.ts";

/** Returns the line for an event; nothing for one that nobody needs to read. */
export function lineOf(event: ServiceEvent): string | undefined {
  switch (event.type) {
    case "taskStarted":
      return `has started task ${event.task} of deployment ${event.deployment}.`;
    case "stopTask":
      return `has stopped task ${event.task}: ${event.reason}.`;
    case "deploy":
      return `deployment ${event.deployment} begins.`;
    case "complete":
      return `has reached a steady state: deployment ${event.deployment} completed.`;
    case "bake":
      return `deployment ${event.deployment} is in place, and its alarms are watched.`;
    case "fail":
      return `deployment ${event.deployment} failed: ${event.reason}`;
    case "rollBack":
      return `rolling back to deployment ${event.to}.`;
    case "shiftTraffic":
      return `deployment ${event.deployment} gets ${event.percent} % of the traffic.`;
    default:
      return undefined;
  }
}
