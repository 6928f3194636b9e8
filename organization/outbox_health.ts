/**
 * What the outside is told about the outbox: a part of the health, and figures.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import type { OutboxBacklog, OutboxStore, Relay } from "@cauce/messaging/outbox";
import type { HealthCheck } from "@cauce/platform/http";
import { Gauge, type Registry } from "prom-client";

/** An event that waits longer is a sign that nobody publishes. */
const LATE_MS = 10_000;
const CHANNEL = organizationChanges.name;
const UNKNOWN: OutboxBacklog = { rows: NaN, oldestTime: NaN, quarantined: NaN };

/** What is looked at. */
export interface OutboxParts {
  readonly outbox: OutboxStore;
  readonly relay: Relay;
}

/** The outbox is down while events wait too long or were set aside. */
export function outboxCheck({ outbox, relay }: OutboxParts): HealthCheck {
  return {
    name: "outbox",
    async check() {
      const { oldestTime, rows, quarantined } = await outbox.backlog(CHANNEL);
      if (quarantined > 0) throw new Error(`${quarantined} events can never be published`);
      const waitsMs = oldestTime === undefined ? 0 : Date.now() - oldestTime;
      if (waitsMs < LATE_MS) return;
      const { error, isBound } = relay.status();
      const nobody = isBound ? "nobody publishes them" : "the broker has not been reached yet";
      const reason = error?.message ?? nobody;
      throw new Error(
        `${rows} events wait, the oldest for ${Math.round(waitsMs / 1000)} s: ${reason}`,
      );
    },
  };
}

/** Adds the outbox's figures to the metrics; each scrape asks the database. NaN while it is away. */
export function addOutboxMetrics(registry: Registry, { outbox, relay }: OutboxParts): void {
  let asking: Promise<OutboxBacklog> | undefined;

  /** One question for the figures of one scrape. */
  function ask(): Promise<OutboxBacklog> {
    return asking ??= outbox.backlog(CHANNEL)
      // Who scrapes wants all the other figures, most of all while something is down.
      .catch(() => UNKNOWN)
      .finally(() => asking = undefined);
  }

  function add(name: string, help: string, read: (backlog: OutboxBacklog) => number): void {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(read(await ask()));
      },
    });
  }

  add("outbox_waiting_events", "Events that wait to be published", ({ rows }) => rows);
  add(
    "outbox_oldest_waiting_seconds",
    "Age of the oldest event that waits to be published",
    ({ oldestTime }) => oldestTime === undefined ? 0 : (Date.now() - oldestTime) / 1000,
  );
  add(
    "outbox_quarantined_events",
    "Events that can never be published; a person has to look at them",
    ({ quarantined }) => quarantined,
  );
  new Gauge({
    name: "outbox_watermark_age_seconds",
    help: "Up to how long ago all changes have been sent, where that is the longest; " +
      "NaN while this instance publishes no partition",
    registers: [registry],
    collect() {
      const times = relay.status().heartbeats.map(({ time }) => time);
      this.set(times.length === 0 ? NaN : (Date.now() - Math.min(...times)) / 1000);
    },
  });
}
