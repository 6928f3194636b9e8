/**
 * A version that lives and never becomes ready.
 *
 * @module
 */

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")) }, (request) => {
  const isLive = new URL(request.url).pathname === "/health/live";
  return new Response(null, { status: isLive ? 200 : 503 });
});
