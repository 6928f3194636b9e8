/**
 * Our rule about what templates take from each other: whatever one imports, another exports.
 *
 * @module
 */

import type { Template } from "./template.ts";

/**
 * Returns a line for each import that no template answers, by its file. Templates with the parameter
 * `Service` stand once for each service.
 */
export function importBreaches(
  templates: Readonly<Record<string, Template>>,
  services: readonly string[],
): Record<string, string[]> {
  const exported = new Set(
    Object.values(templates).flatMap((template) =>
      Object.values(template.Outputs ?? {}).flatMap(({ Export }) =>
        Export ? namesOf(Export.Name, { template, services }) : []
      )
    ),
  );
  return Object.fromEntries(
    Object.entries(templates).map(([file, template]) => {
      const imported = importsOf(template).flatMap((one) => namesOf(one, { template, services }));
      const missing = [...new Set(imported)].filter((name) => !exported.has(name));
      return [
        file,
        missing.map((name) =>
          `imports "${name}", which no template exports: give an output of that Export, or ` +
          "correct the name"
        ),
      ];
    }),
  );
}

function importsOf(template: Template): unknown[] {
  const found: unknown[] = [];
  const visit = (value: unknown) => {
    if (value === null || typeof value !== "object") return;
    if ("Fn::ImportValue" in value) found.push(value["Fn::ImportValue"]);
    Object.values(value).forEach(visit);
  };
  visit(template.Resources);
  visit(template.Outputs);
  return found;
}

function namesOf(
  value: unknown,
  { template, services }: { readonly template: Template; readonly services: readonly string[] },
): string[] {
  const text = typeof value === "string"
    ? value
    : (value as { "Fn::Sub"?: unknown } | undefined)?.["Fn::Sub"];
  const name = typeof text === "string" ? text : JSON.stringify(value);
  if (!("Service" in (template.Parameters ?? {}))) return [name];
  return services.map((service) => name.replaceAll("${Service}", service));
}
