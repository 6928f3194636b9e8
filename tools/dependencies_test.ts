import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { billOfMaterials } from "./bill_of_materials.ts";
import { ACCEPTED_LICENCES, readDependencies } from "./dependencies.ts";

const dependencies = await readDependencies(new URL("..", import.meta.url));

Deno.test("every dependency has a licence that was accepted", () => {
  const others = dependencies.filter(({ licence }) => !ACCEPTED_LICENCES.has(licence));

  deepStrictEqual(others.map(({ name, licence }) => `${name}: ${licence}`), []);
});

Deno.test("readDependencies() knows what is asked for from what comes along", () => {
  const found = Object.fromEntries(dependencies.map((one) => [one.name, one]));

  strictEqual(found["jose"]?.isDirect, true);
  strictEqual(found["@scarf/scarf"]?.isDirect, false);
  deepStrictEqual(found["swagger-ui-dist"]?.needs, ["@scarf/scarf"]);
  ok(dependencies.every(({ sha512 }) => /^[0-9a-f]{128}$/.test(sha512)));
});

Deno.test("the bill of materials names every package, and is the same for the same lockfile", async () => {
  const [once, again] = await Promise.all(
    [1, 2].map(() => billOfMaterials(dependencies, { name: "cauce", version: "0.1.0" })),
  );

  const bill = JSON.parse(once ?? "");
  strictEqual(once, again);
  deepStrictEqual([bill.bomFormat, bill.specVersion], ["CycloneDX", "1.6"]);
  match(bill.serialNumber, /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const refs = bill.components.map((component: Record<string, unknown>) => component["bom-ref"]);
  strictEqual(new Set(refs).size, dependencies.length);
  const linked = bill.dependencies.flatMap(({ dependsOn }: { dependsOn: string[] }) => dependsOn);
  deepStrictEqual(linked.filter((ref: string) => !refs.includes(ref)), []);
});
