/**
 * Ports for services that must keep theirs over a restart.
 *
 * @module
 */

// Below the range from which systems take the ports of outgoing connections: a port that is free
// now is then not taken by a connection while its service is down.
const LOWEST = 20_000;
const COUNT = 12_000;

/** Returns a loopback port that nothing listens on. */
export function freePort(): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("Cannot find a free port: 100 attempts failed");
}
