/**
 * What the outside is told about the outbox: a part of the health, and figures.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import type { OutboxStore, Relay } from "@cauce/messaging/outbox";
import type { HealthCheck } from "@cauce/platform/http";
import { Gauge, type Registry } from "prom-client";

/** An event that waits longer is a sign that nobody publishes. */
const LATE_MS = 10_000;
const CHANNEL = organizationChanges.name;

/** The outbox is down while events wait too long or were set aside. */
export function outboxCheck(
  { outbox, relay }: { readonly outbox: OutboxStore; readonly relay: Relay },
): HealthCheck {
  return {
    name: "outbox",
    async check() {
      const { oldestTime, rows, quarantined } = await outbox.backlog(CHANNEL);
      if (quarantined > 0) throw new Error(`${quarantined} events can never be published`);
      const waitsMs = oldestTime === undefined ? 0 : Date.now() - oldestTime;
      if (waitsMs < LATE_MS) return;
      const reason = relay.status().error?.message ?? "nobody publishes them";
      throw new Error(
        `${rows} events wait, the oldest for ${Math.round(waitsMs / 1000)} s: ${reason}`,
      );
    },
  };
}

/** Adds the outbox's figures to the metrics; each scrape asks the database. */
export function addOutboxMetrics(registry: Registry, outbox: OutboxStore): void {
  const registers = [registry];
  const oldest = new Gauge({
    name: "outbox_oldest_waiting_seconds",
    help: "Age of the oldest event that waits to be published",
    registers,
  });
  const quarantined = new Gauge({
    name: "outbox_quarantined_events",
    help: "Events that can never be published; a person has to look at them",
    registers,
  });
  new Gauge({
    name: "outbox_waiting_events",
    help: "Events that wait to be published",
    registers,
    async collect() {
      const backlog = await outbox.backlog(CHANNEL);
      const { oldestTime } = backlog;
      this.set(backlog.rows);
      oldest.set(oldestTime === undefined ? 0 : (Date.now() - oldestTime) / 1000);
      quarantined.set(backlog.quarantined);
    },
  });
}
