/**
 * A TCP proxy that makes the network misbehave: it cuts, freezes, delays and swallows.
 *
 * @module
 */

/** Where the proxy leads, and where it listens. */
export interface TcpProxyOptions {
  readonly targetPort: number;
  /** Default 127.0.0.1. */
  readonly targetHost?: string;
  /** The proxy's own port on loopback; default any free one. */
  readonly port?: number;
}

/** A running proxy. Faults hold until `heal()`; disposing closes every connection. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Closes open connections, and new ones as soon as they are made. */
  cut(): void;
  /** Passes nothing in either direction and closes nothing: a silent network cut. */
  freeze(): void;
  /** Holds each chunk back, in each direction, in order. */
  delay(ms: number): void;
  /**
   * Passes the next request on, swallows what is answered to it and closes the connection: the
   * client cannot know whether its request was carried out. `matches` chooses the request.
   */
  dropNextResponse(matches?: (request: Uint8Array) => boolean): void;
  /** Ends all faults; connections that were frozen go on where they stopped. */
  heal(): void;
  /** How many connections are open. */
  connections(): number;
}

interface Link {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
  swallowsAnswers: boolean;
}

/** Starts a proxy before the server of a URL. `url` is the same one by way of the proxy. */
export function openUrlProxy(address: string): { readonly proxy: TcpProxy; readonly url: string } {
  const url = new URL(address);
  const proxy = openTcpProxy({ targetPort: Number(url.port), targetHost: url.hostname });
  url.host = `127.0.0.1:${proxy.port}`;
  return { proxy, url: url.href };
}

/** Starts a proxy on loopback. */
export function openTcpProxy(options: TcpProxyOptions): TcpProxy {
  const { targetPort, targetHost = "127.0.0.1" } = options;
  const listener = Deno.listen({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
  });
  const links = new Set<Link>();
  let isCut = false;
  let delayMs = 0;
  let thaw = Promise.withResolvers<void>();
  thaw.resolve();
  let dropsNext: ((request: Uint8Array) => boolean) | undefined;

  async function accept(): Promise<void> {
    for await (const client of listener) {
      if (isCut) end(client);
      else void serve(client);
    }
  }

  async function serve(client: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: targetHost, port: targetPort });
    } catch {
      // Nothing listens behind the proxy: the client shall see that as if there were no proxy.
      end(client);
      return;
    }
    client.setNoDelay(true);
    server.setNoDelay(true);
    const link: Link = { client, server, swallowsAnswers: false };
    links.add(link);
    await Promise.all([pass(link, "request"), pass(link, "answer")]);
    close(link);
  }

  async function pass(
    link: Link,
    direction: "request" | "answer",
  ): Promise<void> {
    const [from, to] = direction === "request"
      ? [link.client, link.server]
      : [link.server, link.client];
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let count; (count = await from.read(buffer)) !== null;) {
        const chunk = buffer.subarray(0, count);
        await thaw.promise;
        if (delayMs > 0) {
          await new Promise((resolve) => setTimeout(resolve, delayMs));
        }
        // Frozen meanwhile.
        await thaw.promise;
        if (direction === "request" && dropsNext?.(chunk)) {
          dropsNext = undefined;
          link.swallowsAnswers = true;
        }
        if (direction === "answer" && link.swallowsAnswers) break;
        for (let sent = 0; sent < count;) {
          sent += await to.write(chunk.subarray(sent));
        }
      }
      if (direction === "answer" && link.swallowsAnswers) close(link);
      else await to.closeWrite();
    } catch {
      // One side is gone; the other learns it by losing its connection too.
      close(link);
    }
  }

  function close(link: Link): void {
    if (!links.delete(link)) return;
    end(link.client);
    end(link.server);
  }

  const proxy: TcpProxy = {
    port: listener.addr.port,
    cut() {
      isCut = true;
      for (const link of [...links]) close(link);
    },
    freeze() {
      thaw = Promise.withResolvers<void>();
    },
    delay(ms) {
      delayMs = ms;
    },
    dropNextResponse(matches = () => true) {
      dropsNext = matches;
    },
    heal() {
      isCut = false;
      delayMs = 0;
      dropsNext = undefined;
      thaw.resolve();
    },
    connections: () => links.size,
    async [Symbol.asyncDispose]() {
      proxy.cut();
      thaw.resolve();
      listener.close();
      await accepting;
    },
  };
  const accepting = accept();
  return proxy;
}

function end(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
