/**
 * Reading a process's settings from its environment: one zod schema, every problem at once.
 *
 * @module
 */

import { ConfigError } from "@cauce/messaging";
import { z } from "zod";
import { isLoopback } from "./loopback.ts";

/** The environment as a process sees it. */
export type Env = Readonly<Record<string, string | undefined>>;

/** One setting as the generated documents show it. */
export interface ConfigDescription {
  /** The environment variable. */
  readonly name: string;
  /** The default as it would be written in the environment; undefined where there is none. */
  readonly default: string | undefined;
  /** One line, for a table. */
  readonly description: string;
  /** Whether its value must not be shown. */
  readonly secret: boolean;
  /** True when the start is refused without it. */
  readonly required: boolean;
}

/** What `AUTH=jwt` needs, with what each is for. */
const NEEDED_FOR_JWT = {
  AUTH_ISSUER: "the `iss` of access tokens, for example https://issuer.example; " +
    "for development, AUTH=open with HOST=127.0.0.1 does without",
  AUTH_AUDIENCE: "the `aud` of access tokens for this service, for example its name",
  AUTH_JWKS_URL: "the issuer's keys, for example https://issuer.example/.well-known/jwks.json",
} as const;

/** What a process adds to the rules that all have. */
export interface DefineConfigOptions {
  /** Settings of its own that `AUTH=jwt` needs, with what each is for. */
  readonly neededForJwt?: Readonly<Record<string, string>>;
}

/**
 * Declares the settings of a process under their environment names. Beyond each setting's own
 * rules, `AUTH=open` is refused where `HOST` is not a loopback address, and `AUTH=jwt` without what
 * it needs.
 */
export function defineConfig<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  { neededForJwt = {} }: DefineConfigOptions = {},
): z.ZodObject<Shape> {
  // Rules run although other settings are wrong, so that one start shows every problem.
  const when = () => true;
  let schema: z.ZodObject = z.object(shape).refine((config) => !isOpenToTheNetwork(config), {
    path: ["AUTH"],
    error: "open answers anyone, so it needs a loopback HOST such as 127.0.0.1",
    when,
  });
  for (const [name, purpose] of Object.entries({ ...NEEDED_FOR_JWT, ...neededForJwt })) {
    if (!(name in shape)) continue;
    schema = schema.refine((config) => config["AUTH"] !== "jwt" || config[name] !== undefined, {
      path: [name],
      error: `is required with AUTH=jwt: ${purpose}`,
      when,
    });
  }
  return schema as unknown as z.ZodObject<Shape>;
}

/**
 * Reads the schema's settings; an empty value counts as absent. Throws a `ConfigError` that lists
 * every problem. Values of secrets are not in it.
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: Env): z.output<Schema> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name];
    if (value !== undefined && value !== "") given[name] = value;
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? "environment");
    const field = schema.shape[name];
    return problemOf(name, {
      message: issue.message,
      value: given[name],
      hint: field && isSecret(field) ? undefined : field?.description,
    });
  });
  throw new ConfigError([...new Set(problems)]);
}

/** The settings of a schema, in its order, for generated documents. */
export function describeConfig(schema: z.ZodObject): ConfigDescription[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const fallback = defaultOf(field);
    return {
      name,
      default: fallback === undefined ? undefined : String(fallback),
      description: metadataOf(field).description ?? "",
      secret: isSecret(field),
      required: !z.safeParse(field, undefined).success,
    };
  });
}

function problemOf(
  name: string,
  { message, value, hint }: {
    message: string;
    value: string | undefined;
    hint: string | undefined;
  },
): string {
  if (value !== undefined) return `${name}: ${message}`;
  if (!message.startsWith("Invalid input")) return `${name}: ${message}`;
  return `${name}: is required${hint ? ` (${hint})` : ""}`;
}

function isOpenToTheNetwork(config: unknown): boolean {
  const { AUTH, HOST } = config as { AUTH?: unknown; HOST?: unknown };
  return AUTH === "open" && typeof HOST === "string" && !isLoopback(HOST);
}

function isSecret(field: z.core.$ZodType): boolean {
  return metadataOf(field).secret === true;
}

/** What stands for an absent value. The start may refuse it all the same. */
function defaultOf(field: z.core.$ZodType): unknown {
  const { defaultValue } = field._zod.def as { defaultValue?: unknown };
  if (defaultValue !== undefined) return defaultValue;
  const inner = innerOf(field);
  return inner && defaultOf(inner);
}

/** Metadata of a field, also where a default or a transform was wrapped around it later. */
function metadataOf(
  field: z.core.$ZodType,
): { readonly description?: string | undefined; readonly secret?: unknown } {
  const own = z.globalRegistry.get(field);
  if (own) return own;
  const inner = innerOf(field);
  return inner ? metadataOf(inner) : {};
}

function innerOf(field: z.core.$ZodType): z.core.$ZodType | undefined {
  const { innerType, in: input } = field._zod.def as {
    innerType?: z.core.$ZodType;
    in?: z.core.$ZodType;
  };
  return innerType ?? input;
}

/** Runs one parser of several: adds its problems to the list instead of throwing its `ConfigError`. */
export function collectProblems<T>(problems: string[], parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
