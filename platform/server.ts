/**
 * A listening server that can be drained: by `serve` in a process of its own, by hand in tests and
 * where several services share a process.
 *
 * @module
 */

import { ConfigError, type Logger } from "@cauce/messaging";
import type { Readiness } from "./readiness.ts";

/** Something that is ended when the server is; named, so that a message can say what hung. */
export interface Stoppable extends AsyncDisposable {
  /** Its place in the order if absent. */
  readonly name?: string;
}

/** Gives a resource the name it has when it hangs. */
export function named(name: string, resource: AsyncDisposable): Stoppable {
  return { name, [Symbol.asyncDispose]: () => resource[Symbol.asyncDispose]() };
}

/** What a server is made of. */
export interface ServerOptions {
  /** Answers requests. */
  readonly app: { fetch(request: Request): Response | Promise<Response> };
  /** The address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The setting a person changes when the port is taken. `PORT` without it. */
  readonly portVariable?: string;
  /** Marked ready once it listens, closed when it closes. */
  readonly readiness: Readiness;
  /** Gets what fails while it closes. */
  readonly logger: Logger;
  /** Ended in this order once no request is open: sinks first, then relays, producers, stores. */
  readonly stop?: readonly Stoppable[];
  /**
   * How long bodies may go on arriving, and how long connections may stay once every request was
   * answered. 2000 without it.
   */
  readonly lingerMs?: number;
}

/** A server that listens and is ready. Disposing it is `close()` without a delay. */
export interface Server extends AsyncDisposable {
  /** The one that it listens on. */
  readonly port: number;
  /** Where to call it from this machine. */
  readonly url: string;
  /** What is being waited for while it closes. */
  readonly step: string;
  /**
   * Waits a little for bodies that are arriving, stops intake, waits for open requests, a little for
   * connections, ends the rest in order. Rejects at the end if any of them failed.
   */
  close(): Promise<void>;
}

/** Listens, then says that it is ready. Throws a `ConfigError` when the port is taken. */
export function openServer(options: ServerOptions): Server {
  const { app, host, port, readiness, logger, stop = [], lingerMs = 2000 } = options;
  const requests = createRequestCount();
  const uploads = createRequestCount();
  const http = listen(options, (request) => {
    const answer = () => requests.during(() => app.fetch(request));
    return request.body === null ? answer() : uploads.during(answer);
  });
  readiness.markReady();
  const { port: openPort } = http.addr;
  let step = "nothing";
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    readiness.close();
    step = "open requests";
    // Deno cuts a body off that is still arriving at the shutdown.
    if (uploads.isOpen) await inTime(uploads.none(), lingerMs);
    const closed = http.shutdown();
    do {
      step = "open requests";
      await requests.none();
      step = "open connections";
    } while (!await inTime(closed, lingerMs) && requests.isOpen);
    const failures: unknown[] = [];
    for (const [index, part] of stop.entries()) {
      step = part.name ?? `part ${index + 1}`;
      try {
        await part[Symbol.asyncDispose]();
      } catch (error) {
        logger.error("Failed to stop", { part: step, error });
        failures.push(error);
      }
    }
    step = "nothing";
    if (failures.length > 0) throw new AggregateError(failures, "Cannot stop every part");
  }

  logger.info("Listened", { host, port: openPort, ...(port !== openPort && { asked: port }) });
  return {
    port: openPort,
    url: `http://${hostInUrl(host)}:${openPort}`,
    get step() {
      return step;
    },
    close: () => closing ??= close(),
    [Symbol.asyncDispose]: () => closing ??= close(),
  };
}

function listen(
  { host, port, portVariable = "PORT" }: ServerOptions,
  handler: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: host, port, onListen() {} }, handler);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new ConfigError([`${portVariable}: port ${port} is taken; set it to a free one`]);
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new ConfigError([`HOST: "${host}" is no address of this machine`]);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new ConfigError([`${portVariable}: this user may not listen on port ${port}`]);
    }
    throw error;
  }
}

/** How many requests have no answer yet. */
function createRequestCount() {
  let count = 0;
  let onNone = () => {};
  return {
    /** True for one that came over a connection of before. */
    get isOpen() {
      return count > 0;
    },
    async during(answer: () => Response | Promise<Response>): Promise<Response> {
      count += 1;
      try {
        return await answer();
      } finally {
        count -= 1;
        if (count === 0) onNone();
      }
    },
    none: () =>
      new Promise<void>((resolve) => {
        onNone = resolve;
        if (count === 0) resolve();
      }),
  };
}

/**
 * True when it came to its end. It waits, but not for ever: a client that keeps back the rest of its
 * body would hold its connection, and with it the end of every part.
 */
async function inTime(end: Promise<void>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  const isOver = await Promise.race([end.then(() => true), late.promise]);
  clearTimeout(timer);
  return isOver;
}

function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
