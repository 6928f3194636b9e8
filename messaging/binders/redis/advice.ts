/**
 * What to check when Redis is there and no connection comes about. All of it may be mended while this
 * process runs: so it is tried again, as if Redis were down.
 *
 * @module
 */

import { adviceOnCertificate } from "../certificate_advice.ts";

/** The end of "Cannot reach the redis broker: …", or undefined when nothing is known. */
export function adviceOn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (/^(WRONGPASS|NOAUTH)/.test(error.message)) {
    return "it refused the user or password; check REDIS_URL";
  }
  if (error.message.startsWith("NOPERM")) {
    return "its user may not do what a binding does; check the rules of the user in REDIS_URL";
  }
  return adviceOnCertificate(error, { authority: "DENO_CERT", addresses: "REDIS_URL" });
}
