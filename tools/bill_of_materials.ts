/**
 * The software bill of materials, as CycloneDX 1.6 has it.
 *
 * @module
 */

import { type Dependency, packageUrl } from "./dependencies.ts";

/** The same text for the same lockfile, so that two runs can be compared. */
export async function billOfMaterials(
  dependencies: readonly Dependency[],
  { name, version }: { readonly name: string; readonly version: string },
): Promise<string> {
  const urls = new Map(dependencies.map((one) => [one.name, packageUrl(one)]));
  const refOf = (needed: string) => urls.get(needed) ?? [];
  const root = `${name}@${version}`;
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${await uuidOf(dependencies)}`,
    version: 1,
    metadata: { component: { "bom-ref": root, type: "application", name, version } },
    components: dependencies.map((one) => ({
      "bom-ref": packageUrl(one),
      type: "library",
      name: one.name,
      version: one.version,
      purl: packageUrl(one),
      licenses: [{ license: { id: one.licence } }],
      hashes: [{ alg: "SHA-512", content: one.sha512 }],
    })),
    dependencies: [
      {
        ref: root,
        dependsOn: dependencies.filter(({ isDirect }) => isDirect).map(packageUrl),
      },
      ...dependencies.map((one) => ({
        ref: packageUrl(one),
        dependsOn: one.needs.flatMap(refOf),
      })),
    ],
  };
  return JSON.stringify(document, null, 2) + "\n";
}

/** A name-based UUID of what is in it (RFC 9562, version 8). */
async function uuidOf(dependencies: readonly Dependency[]): Promise<string> {
  const text = dependencies.map(({ sha512 }) => sha512).join();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = new Uint8Array(digest).toHex();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
