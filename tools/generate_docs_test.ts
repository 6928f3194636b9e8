import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { generateDocs } from "./generate_docs.ts";
import { brokerSettings } from "./messaging_settings.ts";

const ROOT = new URL("..", import.meta.url);

for (const [file, text] of Object.entries(await generateDocs())) {
  Deno.test(`${file} says what the schemas say; deno task docs writes it`, async () => {
    const written = await Deno.readTextFile(new URL(file, ROOT));

    strictEqual(written, text);
  });
}

Deno.test("the configuration reference names the variables that the binders read", async () => {
  const sources = await Promise.all(
    ["kafka", "redis"].map((binder) =>
      Deno.readTextFile(new URL(`messaging/binders/${binder}/config.ts`, ROOT))
    ),
  );

  const read = new Set(sources.join().match(/\b(KAFKA|REDIS)(_[A-Z]+)+\b/g));

  const named = brokerSettings.map(({ name }) => name).filter((name) =>
    name !== "MESSAGING_BINDER"
  );
  deepStrictEqual([...read].sort(), named.sort());
});
