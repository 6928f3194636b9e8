// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Fills the `${NAME}` placeholders of a JSON template, strictly: what is missing, empty, unknown or
 * malformed is an error, and all of it is reported at once.
 *
 * `deno run --allow-read=deploy deploy/render.ts deploy/ecs-task-defs/organization.json IMAGE=… …`
 *
 * @module
 */

/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A template cannot be filled; every problem is in the message. */
export class RenderError extends Error {
  override readonly name = "RenderError";

  constructor(readonly problems: readonly string[]) {
    super(`Cannot render the template: ${problems.join("; ")}`);
  }
}

const PLACEHOLDER = /\$\{([A-Z][A-Z0-9_]*)\}/g;

/**
 * Returns the template with its values. They go into strings of the parsed template, so that no
 * value can break out of its place.
 */
export function render(template: string, values: Readonly<Record<string, string>>): Json {
  const used = new Set<string>();
  const problems = new Set<string>();
  const rendered = fill(JSON.parse(template));
  for (const name of Object.keys(values)) {
    if (!used.has(name)) problems.add(`${name} is given, but the template has no such placeholder`);
  }
  if (problems.size > 0) throw new RenderError([...problems]);
  return rendered;

  function fill(value: Json): Json {
    if (typeof value === "string") return fillText(value);
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  }

  function fillText(text: string): string {
    if (text.replaceAll(PLACEHOLDER, "").includes("$")) {
      problems.add(`"${text}" has a "$" that begins no placeholder like \${NAME}`);
    }
    return text.replaceAll(PLACEHOLDER, (_, name: string) => {
      used.add(name);
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (!value) problems.add(`${name} is ${value === "" ? "empty" : "missing"}`);
      return value ?? "";
    });
  }
}

/** Returns the names of a template's placeholders, sorted. */
export function placeholders(template: string): string[] {
  return [...new Set([...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))].sort();
}

if (import.meta.main) {
  const [file, ...assignments] = Deno.args;
  if (!file || assignments.some((assignment) => assignment.indexOf("=") < 1)) {
    console.error("Usage: render.ts TEMPLATE [NAME=value]…");
    Deno.exit(64);
  }
  const values = Object.fromEntries(assignments.map((assignment) => {
    const end = assignment.indexOf("=");
    return [assignment.slice(0, end), assignment.slice(end + 1)];
  }));
  try {
    console.log(JSON.stringify(render(await Deno.readTextFile(file), values), null, 2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
