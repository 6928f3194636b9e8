// deno-lint-ignore-file no-console -- its parent reads the address from the output
/**
 * A licensing service under measurement, as a process: `cache_service.ts <variant>`, the rest from
 * the environment. Its first line is its address.
 *
 * @module
 */

import { openLicensing, parseLicensingConfig } from "@cauce/licensing";
import { silentLogger } from "@cauce/messaging";
import { type VariantName, variantNames, wrapCache } from "./cache_variants.ts";

function parseVariant(name: string | undefined): VariantName {
  const variant = variantNames.find((known) => known === name);
  if (variant === undefined) throw new TypeError(`Cannot measure "${name}"`);
  return variant;
}

const redisUrl = Deno.env.get("REDIS_URL") ?? "";
const service = await openLicensing(parseLicensingConfig(Deno.env.toObject()), {
  logger: silentLogger,
  wrapCache: wrapCache(parseVariant(Deno.args[0]), redisUrl),
});
console.log(service.url);
