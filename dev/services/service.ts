/**
 * What the provider calls a service, and the two ports behind which containers and local processes
 * look the same: start reading here.
 *
 * @module
 */

/** The services that can be provided. */
export const SERVICE_NAMES = ["kafka", "redis", "postgres"] as const;

/** A service by name. */
export type ServiceName = typeof SERVICE_NAMES[number];

/** How a service is had: from an address that was given, in a container, or as a local process. */
export type Rung = "address" | "container" | "process";

/** The rungs that start something. */
export type StartingRung = Exclude<Rung, "address">;

/** Takes one line for a person. */
export type Say = (line: string) => void;

/** A service that was started here. Its address and its data survive `kill()` and `start()`. */
export interface StartedService extends AsyncDisposable {
  /** `host:port` of Kafka, a `redis://` or a `postgres://` URL. */
  readonly address: string;
  /** The port on this machine. */
  readonly port: number;
  /** Ends it as `kill -9` does, and resolves once it is gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill()`, and resolves once it serves. */
  start(): Promise<void>;
  /** Freezes it: connections stay open and nothing answers. */
  pause(): Promise<void>;
  /** Ends a `pause()`. */
  resume(): Promise<void>;
}

/** How to start a service. */
export interface StartOptions {
  readonly say: Say;
  /** Kafka: the port that clients are told, where a proxy stands in front; default its own. */
  readonly advertisedPort?: number;
  /** Kafka: notice a dead broker within 2 s, so that one killed with -9 serves again sooner. */
  readonly quickRestart?: boolean;
  /**
   * Redis: sync each write before it is answered. Otherwise an answer may come before the write
   * while a sync is under way, and is lost when Redis is killed.
   */
  readonly syncsEachWrite?: boolean;
}

/** One way to run one service. */
export interface Starter {
  /** Resolves with what is missing, in words that say what to install, or with `undefined`. */
  missing(say: Say): Promise<string | undefined>;
  /** Starts the service and resolves once it serves. */
  start(options: StartOptions): Promise<StartedService>;
}
