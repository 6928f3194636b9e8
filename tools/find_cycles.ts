/**
 * Import cycles, imports of types included.
 *
 * @module
 */

import type { ImportGraph } from "./import_graph.ts";

/**
 * Returns one cycle of every knot of files that import each other, the shortest through the knot's
 * first file. Each starts and ends with that file.
 */
export function findCycles(graph: ImportGraph): string[][] {
  const cycles: string[][] = [];
  const explained = new Set<string>();
  for (const file of [...graph.keys()].sort()) {
    if (explained.has(file)) continue;
    const cycle = shortestWayBack(graph, file);
    if (!cycle) continue;
    cycles.push(cycle);
    for (const other of knotOf(graph, file)) explained.add(other);
  }
  return cycles;
}

function shortestWayBack(graph: ImportGraph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (const file of waiting) {
    for (const { to } of graph.get(file) ?? []) {
      if (to === start) return [start, ...trail(cameFrom, { start, end: file }), start];
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, file);
      waiting.push(to);
    }
  }
  return undefined;
}

function trail(
  cameFrom: ReadonlyMap<string, string>,
  { start, end }: { start: string; end: string },
): string[] {
  const files: string[] = [];
  for (let file: string | undefined = end; file && file !== start; file = cameFrom.get(file)) {
    files.unshift(file);
  }
  return files;
}

function knotOf(graph: ImportGraph, file: string): string[] {
  return reachable(graph, file).filter((other) => reachable(graph, other).includes(file));
}

function reachable(graph: ImportGraph, start: string): string[] {
  const found = new Set([start]);
  for (const file of found) {
    for (const { to } of graph.get(file) ?? []) found.add(to);
  }
  return [...found];
}
