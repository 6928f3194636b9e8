/**
 * What messaging tells the outside about its work: for metrics, the developer's terminal, the console.
 *
 * @module
 */

import { BrokerUnavailableError } from "./errors.ts";
import type { Message } from "./message.ts";

/**
 * How a binding is doing. `stopped` and `paused` were asked for; `down` is tried again by itself;
 * `stuck` has handlers that ignore their deadline, and was rebuilt to no avail; `failed` was refused
 * for good.
 */
export type BindingState =
  | "starting"
  | "running"
  | "paused"
  | "stopped"
  | "down"
  | "stuck"
  | "failed";

/** One thing that happened. */
export type MessagingEvent =
  | {
    readonly kind: "sent";
    readonly binding: string;
    readonly messages: number;
    readonly ms: number;
  }
  | {
    readonly kind: "send-failed";
    readonly binding: string;
    readonly messages: number;
    readonly error: unknown;
  }
  | {
    readonly kind: "handled";
    readonly binding: string;
    readonly message: Message<unknown>;
    readonly attempt: number;
    readonly ms: number;
  }
  | {
    readonly kind: "retried";
    readonly binding: string;
    readonly message: Message<unknown>;
    readonly attempt: number;
    readonly error: unknown;
  }
  | {
    readonly kind: "dead-lettered";
    readonly binding: string;
    readonly reason: string;
    readonly attempts: number;
  }
  | {
    readonly kind: "binding-state";
    readonly binding: string;
    readonly state: BindingState;
    readonly error?: unknown;
  };

/** Takes events as they happen, on the hot path: return at once, never throw. */
export type Observe = (event: MessagingEvent) => void;

/**
 * An error in a binding's health or status, with the cause that all the others came from, unless the
 * error itself says what to do.
 */
export function toText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof BrokerUnavailableError && error.state !== undefined) return error.message;
  let first = error;
  for (let depth = 0; depth < 10 && first.cause instanceof Error; depth++) first = first.cause;
  return error.message.includes(first.message)
    ? error.message
    : `${error.message}: ${first.message}`;
}

/** What `GET /health` needs to know of a binding: known without asking its broker. */
export interface BindingHealth {
  /** As the configuration names it: `organization-changes-in`. */
  readonly name: string;
  /** How it is doing. */
  readonly state: BindingState;
  /** Why it is down, for a person. */
  readonly error: string | null;
}

/** One row of `GET /bindings`. */
export interface BindingStatus extends BindingHealth {
  /** Whether it sends or receives. */
  readonly direction: "source" | "sink";
  /** The channel's name. */
  readonly channel: string;
  /** What the channel is at the broker. */
  readonly destination: string;
  /** The consumer group; null for a source and an anonymous sink. */
  readonly group: string | null;
  /** The binder's name. */
  readonly binder: string;
  /**
   * Messages behind the group's committed offsets, heartbeats among them; null when unknown or a
   * source.
   */
  readonly lag: number | null;
  /** How long the oldest message of the lag has waited; null when unknown or a source. */
  readonly lagSeconds: number | null;
  /** Messages that are not done: accepted and not yet stored, or delivered and not yet settled. */
  readonly inFlight: number;
  /** Tries beyond the first since the start. */
  readonly attempts: number;
  /** The age of the oldest message in work; null when there is none or a source. */
  readonly oldestUnfinishedMs: number | null;
  /** The partitions that this instance owns; empty for a source. */
  readonly partitions: readonly number[];
}

/** What `POST /bindings/{name}` can ask for. */
export type BindingCommand = "started" | "stopped" | "paused" | "resumed";
