import { deepStrictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import {
  type Access,
  AccessTokenError,
  accessTokenVerifier,
  type Principal,
  remoteKeys,
  type VerifyAccessToken,
} from "@cauce/platform/auth";
import { createHttpApp } from "@cauce/platform/http";
import {
  decodeJwt,
  EmbeddedJWK,
  importSPKI,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from "jose";
import { type Issuer, openIssuer } from "../../dev/issuer/issuer.ts";
import { cellsOf } from "../support/access_cells.ts";

const ACCESS: Access = {
  kind: "tenant",
  scope: "organization:read",
  everywhere: ["organizations:admin"],
};

/** Columns that are answered otherwise than the matrix says. */
async function findWrong(
  issuer: Issuer,
  { verify, access = ACCESS }: { readonly verify: VerifyAccessToken; readonly access?: Access },
): Promise<string[]> {
  const route = "GET /organizations/{organizationId}";
  const app = createHttpApp({
    title: "T",
    version: "1",
    logger: silentLogger,
    access: {
      auth: { mode: "jwt", verify, check: () => Promise.resolve() },
      table: { [route]: access },
    },
  });
  app.get("/organizations/:organizationId", (c) => c.text("served"));
  const wrong: string[] = [];
  for (const { column, outcome, authorization } of cellsOf(ACCESS, { issuer, foreign: "b" })) {
    const header = await authorization("a");
    const { status } = await app.request("/organizations/a", {
      headers: header === undefined ? {} : { authorization: header },
    });
    if (status !== (outcome === "served" ? 200 : outcome)) wrong.push(column);
  }
  return wrong;
}

interface Check {
  readonly options?: JWTVerifyOptions;
  readonly key?: JWTVerifyGetKey;
}

/** The check of the services, written once more so that a part of it can be left out. */
function verifier(issuer: Issuer, { options, key }: Check = {}): VerifyAccessToken {
  const { find } = remoteKeys({ url: issuer.jwksUrl, logger: silentLogger });
  return async (token) => {
    if (token.length > 8192) throw new AccessTokenError("is too long");
    try {
      const { payload } = await jwtVerify(token, key ?? find, options ?? right(issuer));
      return toPrincipal(payload);
    } catch (cause) {
      throw new AccessTokenError("is refused", { cause });
    }
  };
}

function right({ url }: Issuer) {
  return {
    algorithms: ["ES256"],
    issuer: url,
    audience: "organization",
    requiredClaims: ["exp", "sub"],
  };
}

function toPrincipal({ sub = "somebody", scope, organizationId }: JWTPayload): Principal {
  return {
    subject: sub,
    scopes: new Set(String(scope).split(" ")),
    organizationId: organizationId as string | undefined,
  };
}

/** One thing is left out or done wrong in each, with the columns that must show it. */
const mutants: readonly [
  title: string,
  mutant: (issuer: Issuer) => VerifyAccessToken,
  columns: readonly string[],
][] = [
  ["forgets the issuer", (issuer) => {
    const { issuer: _, ...options } = right(issuer);
    return verifier(issuer, { options });
  }, ["issuer"]],
  ["forgets the audience", (issuer) => {
    const { audience: _, ...options } = right(issuer);
    return verifier(issuer, { options });
  }, ["audience"]],
  [
    "asks for no end",
    (issuer) => verifier(issuer, { options: { ...right(issuer), requiredClaims: ["sub"] } }),
    ["no end"],
  ],
  [
    "asks for no subject",
    (issuer) => verifier(issuer, { options: { ...right(issuer), requiredClaims: ["exp"] } }),
    ["no sub"],
  ],
  [
    "forgives a clock that is an hour off",
    (issuer) => verifier(issuer, { options: { ...right(issuer), clockTolerance: 3600 } }),
    ["expired", "early"],
  ],
  [
    "does not look for the key by its name",
    (issuer) => verifier(issuer, { key: () => importSPKI(issuer.publicKey, "ES256") }),
    ["kid"],
  ],
  ["takes the key that comes with the token", (issuer) => {
    const { find } = remoteKeys({ url: issuer.jwksUrl, logger: silentLogger });
    return verifier(issuer, {
      key: (header, token) => (header?.jwk ? EmbeddedJWK : find)(header, token),
    });
  }, ["forged"]],
  ["takes the published key for a secret where the token says so", (issuer) => {
    const { find } = remoteKeys({ url: issuer.jwksUrl, logger: silentLogger });
    const secret = new TextEncoder().encode(issuer.publicKey);
    return verifier(issuer, {
      options: { ...right(issuer), algorithms: ["ES256", "HS256"] },
      key: (header, token) => header?.alg === "HS256" ? secret : find(header, token),
    });
  }, ["HS256"]],
  ["believes a token that says it has no signature", (issuer) => async (token) => {
    const isUnsigned = token.endsWith(".");
    return isUnsigned ? toPrincipal(decodeJwt(token)) : await verifier(issuer)(token);
  }, ["alg none"]],
  [
    "gives every caller the organization of the path",
    (issuer) => async (token) => ({ ...await verifier(issuer)(token), organizationId: "a" }),
    ["foreign", "no tenant"],
  ],
  ["gives every caller the scope", (issuer) => async (token) => ({
    ...await verifier(issuer)(token),
    scopes: new Set(["organization:read"]),
  }), ["no scope", "service", "admin", "watcher", "operator"]],
];

const rows: readonly [title: string, access: Access, columns: readonly string[]][] = [
  ["forgets the tenant", { kind: "scope", scope: "organization:read" }, [
    "foreign",
    "no tenant",
    "admin",
  ]],
  ["lets services in as well", { ...ACCESS, everywhere: ["organizations:read"] }, [
    "service",
    "admin",
  ]],
];

Deno.test("the matrix of access finds nothing wrong with the services' own check", async () => {
  await using issuer = await openIssuer({ audience: ["organization"], clients: {} });
  const { find } = remoteKeys({ url: issuer.jwksUrl, logger: silentLogger });
  const verify = accessTokenVerifier({
    issuer: issuer.url,
    audience: "organization",
    clockSkewMs: 0,
    findKey: find,
  });

  deepStrictEqual(await findWrong(issuer, { verify }), []);
  deepStrictEqual(await findWrong(issuer, { verify: verifier(issuer) }), []);
});

for (const [title, mutant, columns] of mutants) {
  Deno.test(`the matrix of access rejects a check that ${title}`, async () => {
    await using issuer = await openIssuer({ audience: ["organization"], clients: {} });

    deepStrictEqual(await findWrong(issuer, { verify: mutant(issuer) }), columns);
  });
}

for (const [title, access, columns] of rows) {
  Deno.test(`the matrix of access rejects a row that ${title}`, async () => {
    await using issuer = await openIssuer({ audience: ["organization"], clients: {} });

    deepStrictEqual(await findWrong(issuer, { verify: verifier(issuer), access }), columns);
  });
}
