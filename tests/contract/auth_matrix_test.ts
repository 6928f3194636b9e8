import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type AccessService, accessServices, type Outcome } from "../../tools/access_matrix.ts";
import { type Cell, cellsOf } from "../support/access_cells.ts";
import {
  type AuthServices,
  createDeadLetter,
  createTenant,
  openAuthServices,
} from "../support/auth_services.ts";
import type { Answer } from "../support/http.ts";
import { BINDINGS, BODIES, type Things } from "../support/route_requests.ts";
import { LICENSING_CLIENT } from "../support/test_issuer.ts";

for (const service of accessServices) {
  Deno.test(`${service.name} answers every caller and every token as the reference of access says`, async (t) => {
    await using services = await openAuthServices();
    const letterId = await createDeadLetter(services);
    const ours: Things = { ...await createTenant(services), letterId };
    const { organizationId: foreign } = await createTenant(services);

    for (const [route, access] of Object.entries(service.table)) {
      const cells = cellsOf(access, { issuer: services.issuer, foreign });
      const refused = cells.filter(({ outcome }) => outcome !== "served");
      const served = cells.filter(({ outcome }) => outcome === "served");

      await t.step(`${route}: ${refused.length} refused, ${served.length} served`, async () => {
        const before = await versions(services, ours);
        const wrong = await findWrong(refused, { service, route, services, ours });
        deepStrictEqual(wrong, []);
        deepStrictEqual(await versions(services, ours), before);
        deepStrictEqual(await findWrong(served, { service, route, services, ours }), []);
      });
    }

    const log = services.lines.join("");
    ok(services.lines.length > 0);
    // Each of the issuer's tokens begins like this.
    strictEqual(/eyJ[\w-]{10}/.exec(log), null);
    for (const secret of [LICENSING_CLIENT.secret, encodeURIComponent(LICENSING_CLIENT.secret)]) {
      ok(!log.includes(secret));
    }
  });
}

interface Scene {
  readonly service: AccessService;
  readonly route: string;
  readonly services: AuthServices;
  readonly ours: Things;
}

/** Sends the request of each cell; what came is told where it is something else. */
async function findWrong(cells: readonly Cell[], scene: Scene): Promise<string[]> {
  const wrong: string[] = [];
  for (const { column, outcome, authorization } of cells) {
    const things = scene.route.startsWith("DELETE")
      ? { ...scene.ours, ...await createTenant(scene.services) }
      : scene.ours;
    const answer = await ask(scene, things, await authorization(things.organizationId));
    const expected = outcome === "served" ? servedStatus(scene.route) : outcome;
    if (answer.status === expected && isWellFormed(answer, outcome)) continue;
    wrong.push(`${column}: ${answer.status} for ${expected} ${JSON.stringify(answer.body)}`);
  }
  return wrong;
}

function ask(
  { service: { name }, route, services }: Scene,
  things: Things,
  authorization: string | undefined,
): Promise<Answer> {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern
    .replace("{organizationId}", things.organizationId)
    .replace("{licenseId}", things.licenseId)
    .replace("{id}", things.letterId)
    .replace("{name}", BINDINGS[name]);
  return services.call({
    service: name,
    method,
    path,
    body: BODIES[route],
    headers: authorization === undefined ? {} : { authorization },
  });
}

function servedStatus(route: string): number {
  if (route.startsWith("POST /v1/")) return 201;
  return route.startsWith("DELETE") ? 204 : 200;
}

/** A refusal is a problem document, says how to get in, and tells nothing of the resource. */
function isWellFormed({ status, headers, body }: Answer, outcome: Outcome): boolean {
  if (outcome === "served") return true;
  const challenge = headers.get("www-authenticate");
  const isChallenged = status === 404 ? challenge === null : /^Bearer /.test(challenge ?? "") &&
    (status === 401 || /insufficient_scope/.test(challenge ?? ""));
  return isChallenged && headers.get("content-type") === "application/problem+json" &&
    body.status === status && !("version" in body) && headers.get("etag") === null;
}

/** What a refused write must not change. */
async function versions(services: AuthServices, { organizationId, licenseId }: Things) {
  const token = await services.tokenFor(["licenses:read"], { organizationId });
  const { status, body } = await services.call({
    service: "licensing",
    method: "GET",
    path: `/v1/organization/${organizationId}/license/${licenseId}`,
    token,
  });
  return { status, license: body.version, organization: body.organization?.version };
}
