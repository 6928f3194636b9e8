/**
 * Puts the table of access into an OpenAPI document: a security scheme, what each operation needs,
 * and how it refuses.
 *
 * @module
 */

import { type AccessTable, scopesOf } from "../auth/access.ts";
import { PROBLEM_TYPE } from "./problem.ts";

/** The scheme's name in the document. */
export const SECURITY_SCHEME = "accessToken";

/** As much of an OpenAPI document as is touched. */
export interface ApiDocument {
  /** Operations by path and method. */
  readonly paths?: Readonly<Record<string, unknown>>;
  /** What operations share. */
  readonly components?: object;
}

interface Operation {
  readonly responses?: Readonly<Record<string, object>>;
}

/** Returns the document with the table in it. An operation without a row is closed, so it gets none. */
export function securedDocument(document: ApiDocument, table: AccessTable): ApiDocument {
  const paths = Object.entries(document.paths ?? {}).map(([path, operations]) => {
    const secured = Object.entries(operations as Readonly<Record<string, Operation>>)
      .map(([method, operation]) => [
        method,
        secureOperation(operation, { route: `${method.toUpperCase()} ${path}`, table }),
      ]);
    return [path, Object.fromEntries(secured)];
  });
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: {
      ...document.components,
      securitySchemes: {
        [SECURITY_SCHEME]: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: `An access token of the issuer. Scopes: ${allScopes(table).join(", ")}`,
        },
      },
    },
  };
}

function secureOperation(
  operation: Operation,
  { route, table }: { readonly route: string; readonly table: AccessTable },
): Operation & { readonly security?: readonly object[] } {
  const access = table[route];
  if (access === undefined || access.kind === "anyone") return operation;
  const { responses = {} } = operation;
  return {
    ...operation,
    // One of them is enough.
    security: scopesOf(access).map((scope) => ({ [SECURITY_SCHEME]: [scope] })),
    responses: {
      ...responses,
      401: { ...problemOf("No access token, or none that can be accepted"), headers: CHALLENGE },
      403: { ...problemOf("The access token lacks the scope"), headers: CHALLENGE },
      ...(access.kind === "tenant" && {
        404: responses["404"] ?? problemOf("There is no such resource"),
      }),
      429: problemOf("The organization asks too much; try again later"),
      503: responses["503"] ?? problemOf("A dependency is out of reach; try again later"),
    },
  };
}

const CHALLENGE = {
  "www-authenticate": { description: "As in RFC 6750", schema: { type: "string" } },
};

function problemOf(description: string) {
  return {
    description,
    content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

function allScopes(table: AccessTable): string[] {
  return [...new Set(Object.values(table).flatMap(scopesOf))].sort();
}
