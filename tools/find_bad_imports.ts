/**
 * Imports against the layout's direction.
 *
 * @module
 */

import type { Import, ImportGraph } from "./import_graph.ts";
import {
  BINDERS,
  FOLDERS,
  LAYER_NAMES,
  layerOf,
  LAYERS,
  PACKAGES,
  REGISTRY,
  SEEN_BY_BINDERS,
} from "./import_rules.ts";

type Rule = (from: string, imported: Import) => string | undefined;

/** Rules about the inside of a folder let tests look where they want. */
const RULES: readonly { readonly check: Rule; readonly tests: boolean }[] = [
  { check: folderDirection, tests: true },
  { check: packageName, tests: true },
  { check: ownEntry, tests: true },
  { check: serviceLayers, tests: false },
  { check: binderSight, tests: false },
];

/** Returns a line for each import that breaks a rule. */
export function findBadImports(graph: ImportGraph): string[] {
  const findings: string[] = [];
  for (const [from, imports] of graph) {
    for (const imported of imports) {
      for (const { check, tests } of RULES) {
        const reason = from.endsWith("_test.ts") && !tests ? undefined : check(from, imported);
        if (reason) findings.push(`${from} imports ${imported.to}: ${reason}`);
      }
    }
  }
  return findings;
}

function folderDirection(from: string, { to }: Import): string | undefined {
  const [own, other] = [folderOf(from), folderOf(to)];
  if (own === other) return undefined;
  const allowed = FOLDERS[own];
  if (!allowed) return `${own}/ is not in tools/import_rules.ts`;
  if (allowed.includes(other)) return undefined;
  return `${own}/ may import ${allowed.length > 0 ? allowed.join(", ") : "nothing outside itself"}`;
}

function packageName(from: string, { to, specifier }: Import): string | undefined {
  const [own, other] = [folderOf(from), folderOf(to)];
  if (own === other || !PACKAGES.includes(own) || !PACKAGES.includes(other)) return undefined;
  return specifier.startsWith(".") ? `import it as @cauce/${other}` : undefined;
}

function ownEntry(from: string, { to }: Import): string | undefined {
  if (!to.endsWith("/mod.ts") || !from.startsWith(to.slice(0, -"mod.ts".length))) return undefined;
  return "a folder's mod.ts is for those outside of it; import the file itself";
}

function serviceLayers(from: string, { to }: Import): string | undefined {
  const [own, other] = [layerOf(from), layerOf(to)];
  if (!own || !other || folderOf(from) !== folderOf(to)) return undefined;
  if (own === "adapter" && other === "adapter") {
    const [, ownFolder] = from.split("/");
    const [, otherFolder] = to.split("/");
    return ownFolder === otherFolder ? undefined : "an adapter may not import another adapter";
  }
  if (LAYERS[own].includes(other)) return undefined;
  return `${LAYER_NAMES[own]} may not import ${LAYER_NAMES[other]}`;
}

function binderSight(from: string, { to }: Import): string | undefined {
  const folder = binderFolderOf(from);
  if (!folder || to.startsWith(folder) || SEEN_BY_BINDERS.includes(to)) return undefined;
  const isSharedHelper = to.startsWith(BINDERS) && !binderFolderOf(to) && to !== REGISTRY;
  if (isSharedHelper) return undefined;
  return `a binder sees only ${SEEN_BY_BINDERS.join(", ")} and the helpers in ${BINDERS}`;
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.indexOf("/")));
}

function binderFolderOf(file: string): string | undefined {
  if (!file.startsWith(BINDERS)) return undefined;
  const end = file.indexOf("/", BINDERS.length);
  return end < 0 ? undefined : file.slice(0, end + 1);
}
