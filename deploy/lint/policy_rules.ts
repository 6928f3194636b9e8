/**
 * Our rules about who may do what, in any part of a CloudFormation template.
 *
 * @module
 */

import type { Resource } from "./template.ts";

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Principal?: unknown;
}

/** Every action by its name: what a pattern allows grows with each release of AWS. */
export function actionsAreNamed(resource: Resource): string | undefined {
  for (const { Effect, Action, NotAction } of statementsOf(resource)) {
    if (Effect !== "Allow") continue;
    if (NotAction !== undefined) return "NotAction allows all but a few: name each in Action";
    const pattern = [Action].flat().find((action) => String(action).includes("*"));
    if (pattern !== undefined) {
      return `action "${pattern}" allows more than anybody thought of: name each action`;
    }
  }
  return undefined;
}

/** Everybody is nobody's role. */
export function principalsAreNamed(resource: Resource): string | undefined {
  const isAnybody = statementsOf(resource).some(({ Effect, Principal }) =>
    Effect === "Allow" &&
    (Principal === "*" || (isObject(Principal) && Object.values(Principal).flat().includes("*")))
  );
  return isAnybody ? 'Principal "*" lets everybody in: name who may' : undefined;
}

const SECRET_PROPERTIES = ["MasterUserPassword", "Passwords", "AuthToken", "SecretString"];

/** No password in a template: it would be in the repository, and in every change of the stack. */
export function secretsAreReferences({ Properties = {} }: Resource): string | undefined {
  const open = SECRET_PROPERTIES.find((name) =>
    [Properties[name]].flat().some((value) =>
      value !== undefined && !JSON.stringify(value).includes("{{resolve:secretsmanager:")
    )
  );
  if (open === undefined) return undefined;
  return `${open} stands in the template: refer to a generated secret by ` +
    "{{resolve:secretsmanager:…}}";
}

function statementsOf({ Properties }: Resource): Statement[] {
  const found: Statement[] = [];
  const visit = (value: unknown) => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isObject(value)) return;
    if ("Effect" in value) found.push(value);
    Object.values(value).forEach(visit);
  };
  visit(Properties);
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object";
}
