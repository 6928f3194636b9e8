/**
 * A version that ends at once when it is told to stop: it takes no notice of SIGTERM, and what the
 * system then does is to end it.
 *
 * @module
 */

const listen = Deno.addSignalListener;
Deno.addSignalListener = (signal, handler) => {
  if (signal !== "SIGTERM") listen(signal, handler);
};
await import(`./${Deno.args[0]}`);
