/**
 * What a service counts, in Prometheus' words.
 *
 * @module
 */

import type { BindingState, MessagingEvent, Observe } from "@cauce/messaging";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ObserveRequest } from "./http/request_observer.ts";

/** A service's registry and what fills it. Labels are few and bounded: no ids, no keys. */
export interface Metrics {
  /** For `GET /metrics` and for a service's own metrics. */
  readonly registry: Registry;
  /** Takes messaging's events. */
  readonly observe: Observe;
  /** Takes answered requests. */
  readonly observeRequest: ObserveRequest;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const STATES: readonly BindingState[] = [
  "starting",
  "running",
  "paused",
  "stopped",
  "down",
  "stuck",
  "failed",
];

/** Builds a registry of its own, so that several services in one process keep apart. */
export function createMetrics({ service }: { service: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  addProcessMetrics(registry);
  return {
    registry,
    observe: createMessagingObserver(registry),
    observeRequest: createRequestObserver(registry),
  };
}

function createRequestObserver(registry: Registry): ObserveRequest {
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from request to answer",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers: [registry],
  });
  return ({ method, route, status, ms }) =>
    duration.observe({ method, route, status: String(status) }, ms / 1000);
}

function createMessagingObserver(registry: Registry): Observe {
  const registers = [registry];
  const sent = new Counter({
    name: "messaging_sent_total",
    help: "Messages the broker has confirmed",
    labelNames: ["binding"],
    registers,
  });
  const sendFailed = new Counter({
    name: "messaging_send_failed_total",
    help: "Messages the broker did not confirm",
    labelNames: ["binding"],
    registers,
  });
  const sendSeconds = new Histogram({
    name: "messaging_send_duration_seconds",
    help: "Time until the broker confirmed a batch",
    labelNames: ["binding"],
    buckets: SECONDS,
    registers,
  });
  const handleSeconds = new Histogram({
    name: "messaging_handle_duration_seconds",
    help: "Time a handler took for a message it settled",
    labelNames: ["binding"],
    buckets: SECONDS,
    registers,
  });
  const retried = new Counter({
    name: "messaging_retried_total",
    help: "Attempts that failed and are tried again",
    labelNames: ["binding"],
    registers,
  });
  const deadLettered = new Counter({
    name: "messaging_dead_lettered_total",
    help: "Messages moved to the dead-letter channel",
    labelNames: ["binding", "reason"],
    registers,
  });
  const state = new Gauge({
    name: "messaging_binding_state",
    help: "1 for the state a binding is in",
    labelNames: ["binding", "state"],
    registers,
  });

  return (event: MessagingEvent) => {
    const { binding } = event;
    switch (event.kind) {
      case "sent":
        sent.inc({ binding }, event.messages);
        sendSeconds.observe({ binding }, event.ms / 1000);
        break;
      case "send-failed":
        sendFailed.inc({ binding }, event.messages);
        break;
      case "handled":
        handleSeconds.observe({ binding }, event.ms / 1000);
        break;
      case "retried":
        retried.inc({ binding });
        break;
      case "dead-lettered":
        deadLettered.inc({ binding, reason: event.reason });
        break;
      case "binding-state":
        for (const each of STATES) {
          state.set({ binding, state: each }, each === event.state ? 1 : 0);
        }
        break;
    }
  };
}

function addProcessMetrics(registry: Registry): void {
  const startedAt = new Gauge({
    name: "process_start_time_seconds",
    help: "When the process started, in seconds since the epoch",
    registers: [registry],
  });
  startedAt.set(performance.timeOrigin / 1000);
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory",
    registers: [registry],
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
}
