/**
 * Both services keep to their own OpenAPI documents, whoever calls them.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";
import { accessServices, scopes } from "../../tools/access_matrix.ts";
import { createDeadLetter, createTenant, openAuthServices } from "../support/auth_services.ts";
import { say } from "../support/say.ts";
import { runSchemathesis, type SchemathesisReport } from "../support/schemathesis.ts";

/** A minute and more: with the longer cases only. */
const isLong = Deno.env.has("TEST_LONG");

for (const { name } of isLong ? accessServices : []) {
  for (const caller of ["with a token", "without a token"]) {
    Deno.test(`schemathesis finds nothing at ${name} ${caller}`, async () => {
      await using scene = await openScene();

      const { code, text } = await scene.run(name, {
        hasToken: caller === "with a token",
        maxExamples: 50,
      });

      strictEqual(code, 0, text);
      const [, cases = "0"] = /(\d+) generated/.exec(text) ?? [];
      say(`schemathesis, ${name} ${caller}: ${cases} cases`);
      ok(Number(cases) > 500, text);
    });
  }
}

if (isLong) {
  Deno.test("schemathesis finds an answer that is not as the document says", async () => {
    await using scene = await openScene();

    const { code, text } = await scene.run("organization", {
      hasToken: true,
      maxExamples: 1,
      change: (document) => document.replaceAll('"contactPhone"', '"contactFax"'),
    });

    strictEqual(code, 1);
    match(text, /ST108 Response violates schema/);
  });
}

interface Run {
  readonly hasToken: boolean;
  readonly maxExamples: number;
  /** What becomes of the document before it is used. */
  readonly change?: (document: string) => string;
}

interface Scene extends AsyncDisposable {
  run(name: "organization" | "licensing", options: Run): Promise<SchemathesisReport>;
}

/** A tenant with a license, a dead letter, and somebody who may do everything with them. */
async function openScene(): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const services = opened.use(await openAuthServices({ env: { RATE_LIMIT_PER_SECOND: "0" } }));
  const { organizationId } = await createTenant(services);
  const token = await services.tokenFor(Object.keys(scopes), { organizationId });
  const env = { ORGANIZATION_ID: organizationId, LETTER_ID: await createDeadLetter(services) };
  const folder = await Deno.makeTempDir({ prefix: "schemathesis-" });
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  const parts = opened.move();
  return {
    async run(service, { hasToken, maxExamples, change = (document) => document }) {
      const answer = await services.call({ service, method: "GET", path: "/openapi.json", token });
      const document = `${folder}/${service}.json`;
      await Deno.writeTextFile(document, change(JSON.stringify(answer.body)));
      return await runSchemathesis({
        url: services[service].url,
        document,
        token: hasToken ? token : undefined,
        maxExamples,
        env,
      });
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
