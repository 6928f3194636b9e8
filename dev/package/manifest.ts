/**
 * The package.json of the package, finished from what `deno pack` wrote.
 *
 * @module
 */

/** As far as it is read or written here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly engines?: Readonly<Record<string, string>>;
}

/**
 * Adds what npm shows and checks. Versions are exact, as those that the tests ran with: the Kafka
 * binder works below what its client documents.
 */
export function finishManifest(
  manifest: Manifest,
  imports: Readonly<Record<string, string>>,
): Manifest {
  const names = Object.keys(manifest.dependencies ?? {});
  return {
    ...manifest,
    description: "Typed channels, sources and sinks over Kafka, Redis Streams and memory",
    engines: { node: ">=22.12", deno: ">=2.9" },
    dependencies: Object.fromEntries(names.map((name) => [name, exactVersion(name, imports)])),
  };
}

function exactVersion(name: string, imports: Readonly<Record<string, string>>): string {
  const version = /^npm:.+@(\d+\.\d+\.\d+)$/.exec(imports[name] ?? "")?.[1];
  if (version !== undefined) return version;
  throw new Error(`Cannot pin "${name}": the root's deno.json gives no exact version`);
}
