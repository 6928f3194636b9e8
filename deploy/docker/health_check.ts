/**
 * The container's health check: exits with 0 when the address answers 2xx; without one it asks
 * whether the service at `PORT` is live. An image without a shell has no curl either.
 * `deno run --allow-net=127.0.0.1:8081 health_check.ts http://127.0.0.1:8081/health/live`
 *
 * @module
 */

const TIMEOUT_MS = 4_000;

async function isHealthy(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Refused, reset or too slow: not healthy, and the reason is in the service's log.
    return false;
  }
}

const address = Deno.args[0] ?? `http://127.0.0.1:${Deno.env.get("PORT")}/health/live`;
Deno.exit(await isHealthy(address) ? 0 : 1);
