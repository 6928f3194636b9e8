/**
 * Whether a process wants requests: not while it starts, not once it drains.
 *
 * @module
 */

/** The state behind `GET /health/ready`. It only ever moves forward. */
export interface Readiness {
  /** How far the process is. */
  readonly state: "starting" | "ready" | "draining";
  /** Whether it wants requests. */
  readonly ready: boolean;
  /** Aborts when intake stops. Whatever stays open by nature (an event stream) ends on it. */
  readonly closing: AbortSignal;
  /** From now on it wants requests, unless it drains already. */
  markReady(): void;
  /** Says no from now on; requests that come anyway are still answered. */
  drain(): void;
  /** Stops intake and aborts `closing`. */
  close(): void;
}

/** Starts as `starting`. */
export function createReadiness(): Readiness {
  const closing = new AbortController();
  let state: Readiness["state"] = "starting";
  return {
    get state() {
      return state;
    },
    get ready() {
      return state === "ready";
    },
    closing: closing.signal,
    markReady() {
      if (state === "starting") state = "ready";
    },
    drain() {
      state = "draining";
    },
    close() {
      state = "draining";
      closing.abort();
    },
  };
}
