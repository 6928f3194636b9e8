/**
 * Who may import whom, as data. `check_imports.ts` applies it.
 *
 * @module
 */

/** The services: none may import another. */
const SERVICES = ["organization", "licensing", "console"] as const;
const SHARED = ["contracts", "messaging", "platform"] as const;

/**
 * For each folder of the root, the folders it may import besides itself. A folder that is not here
 * may import nothing; the root's own files belong to no folder.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  messaging: [],
  contracts: ["messaging"],
  platform: ["messaging"],
  organization: SHARED,
  licensing: SHARED,
  console: SHARED,
  deploy: ["contracts", "messaging", "dev"],
  dev: [...SHARED, ...SERVICES],
  bench: [...SHARED, ...SERVICES, "dev"],
  examples: [...SHARED, ...SERVICES, "dev"],
  tools: [...SHARED, ...SERVICES],
  tests: [...SHARED, ...SERVICES, "bench", "deploy", "dev", "examples", "tools"],
};

/** Members of the workspace are imported across folders by their package's name only. */
export const PACKAGES: readonly string[] = [...SHARED, ...SERVICES];

/** What a file of a service is, by where it stands. */
export type Layer = "main" | "entry" | "app" | "http" | "adapter" | "core";

/** The layers a layer may import inside its service. An adapter sees no other adapter's folder. */
export const LAYERS: Readonly<Record<Layer, readonly Layer[]>> = {
  main: ["app", "http", "adapter", "core"],
  entry: ["app", "http", "adapter", "core"],
  app: ["http", "adapter", "core"],
  http: ["http", "core"],
  adapter: ["adapter", "core"],
  core: ["core"],
};

/** How a layer is called in messages. */
export const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  main: "main.ts",
  entry: "mod.ts",
  app: "app.ts",
  http: "http/",
  adapter: "an adapter",
  core: "a file at the service's root",
};

/** Returns the layer of a service's file; undefined outside services. */
export function layerOf(file: string): Layer | undefined {
  const [service, name = "", ...deeper] = file.split("/");
  if (!SERVICES.some((known) => known === service)) return undefined;
  if (deeper.length > 0) return name === "http" ? "http" : "adapter";
  if (name === "main.ts") return "main";
  if (name === "mod.ts") return "entry";
  return name === "app.ts" ? "app" : "core";
}

/** Where binders live: one folder each. */
export const BINDERS = "messaging/binders/";

/** What a binder's folder sees, besides itself and the shared helpers beside it. */
export const SEEN_BY_BINDERS: readonly string[] = [
  "messaging/binder.ts",
  "messaging/message.ts",
  "messaging/errors.ts",
  "messaging/logger.ts",
];

/** Stands beside the binders but names them all, so no binder may see it. */
export const REGISTRY = "messaging/binders/registry.ts";

/** Files that are used without anyone importing them. */
export const ENTRIES: readonly RegExp[] = [
  /(^|\/)main\.ts$/,
  /_test\.ts$/,
  /^(bench|tools)\/[^/]+\.ts$/,
  /^examples\//,
];

/** Files whose text names further entries: tasks, images, continuous integration. */
export const ENTRY_TEXTS: readonly RegExp[] = [
  /(^|\/)deno\.json$/,
  /^deploy\/docker\/Dockerfile$/,
  /^\.ci\/[^/]+$/,
];

/** No source file is longer. */
export const MAX_LINES = 300;
