/**
 * Messaging by environment: which binder, and the settings of every binding.
 *
 * @module
 */

import { type BinderName, binderNames } from "./binders/registry.ts";
import {
  type BindingConfig,
  bindingProperties,
  type BindingProperty,
  parseBinderName,
  parseBindingConfig,
} from "./binding_config.ts";
import { ConfigError } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/** The process's environment. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What the application knows before it reads the environment. */
export interface ParseMessagingOptions {
  /**
   * Every binding the application has: `organization-changes-out`, `organization-changes-in`. It
   * can send and listen by no other.
   */
  readonly bindings: readonly string[];
  /** Used when `MESSAGING_BINDER` is not set; without it the variable is required. */
  readonly defaultBinder?: BinderName;
  /** Refuse `memory`: in production nobody else would hear it. */
  readonly forbidMemory?: boolean;
}

/** The checked configuration. */
export interface MessagingConfig {
  /** The binder of every binding that names none. */
  readonly defaultBinder: BinderName;
  /** The settings of a binding, by default or configured. Throws a `TypeError` for one not declared. */
  binding(name: string): BindingConfig;
  /** Every binder in use. */
  readonly binders: readonly BinderName[];
  /** For the binders' own variables. */
  readonly env: Env;
}

const PREFIX = "MESSAGING_";
const BINDINGS = "MESSAGING_BINDINGS_";

/** The variable each binder cannot do without. */
const addresses: Readonly<Record<string, { variable: string; example: string }>> = {
  kafka: { variable: "KAFKA_BROKERS", example: "127.0.0.1:9092" },
  redis: { variable: "REDIS_URL", example: "redis://127.0.0.1:6379" },
};

/** Reads the configuration. Throws one `ConfigError` with every problem there is. */
export function parseMessagingConfig(env: Env, options: ParseMessagingOptions): MessagingConfig {
  const problems: string[] = [];
  const defaultBinder = parseDefaultBinder(env, options, problems);
  const texts = collectTexts(env, options.bindings, problems);

  const bindings = new Map(options.bindings.map((name) => {
    const config = parseBindingConfig(texts.get(name) ?? {}, (property, problem) => {
      const key = `${BINDINGS}${toVariable(name)}_${property}`;
      problems.push(`Cannot use "${env[key]}" for ${key}: ${problem}`);
    });
    return [name, config];
  }));
  const used = [defaultBinder, ...[...bindings.values()].map(({ binder }) => binder)];
  const binders = [...new Set(used.filter((name) => name !== undefined))];
  problems.push(...missingAddresses(env, binders), ...forbidden(binders, options));
  if (problems.length > 0 || defaultBinder === undefined) throw new ConfigError(problems);

  return {
    defaultBinder,
    binders,
    env,
    binding(name) {
      const binding = bindings.get(name);
      if (binding !== undefined) return binding;
      const declared = options.bindings.join(", ") || "none";
      throw new TypeError(`Cannot use binding "${name}": declared are ${declared}`);
    },
  };
}

function parseDefaultBinder(
  env: Env,
  options: ParseMessagingOptions,
  problems: string[],
): BinderName | undefined {
  const text = env["MESSAGING_BINDER"]?.trim() || options.defaultBinder;
  const allowed = binderNames.filter((name) => name !== "memory" || !options.forbidMemory);
  if (text === undefined) {
    problems.push(`Set MESSAGING_BINDER to one of ${allowed.join(", ")}`);
    return undefined;
  }
  const parsed = parseBinderName(text, allowed);
  if ("value" in parsed) return parsed.value;
  problems.push(`Cannot use "${text}" for MESSAGING_BINDER: ${parsed.problem}`);
  return undefined;
}

type Texts = Map<string, Partial<Record<BindingProperty, string>>>;

/** Sorts the variables by binding; those that belong to none are problems. */
function collectTexts(env: Env, bindings: readonly string[], problems: string[]): Texts {
  const known = new Map(
    bindings.flatMap((binding) =>
      bindingProperties.map((
        property,
      ): [string, { binding: string; property: BindingProperty }] => [
        `${BINDINGS}${toVariable(binding)}_${property}`,
        { binding, property },
      ])
    ),
  );
  const texts: Texts = new Map();
  for (const [key, text] of Object.entries(env)) {
    if (!key.startsWith(PREFIX) || key === "MESSAGING_BINDER" || text === undefined) continue;
    const place = known.get(key);
    if (place === undefined) {
      problems.push(`Cannot use ${key}: ${explain(key, bindings, [...known.keys()])}`);
      continue;
    }
    texts.set(place.binding, { ...texts.get(place.binding), [place.property]: text });
  }
  return texts;
}

function explain(key: string, bindings: readonly string[], known: readonly string[]): string {
  if (!key.startsWith(BINDINGS)) {
    return `it is unknown; ${didYouMean(key, ["MESSAGING_BINDER", ...known])}`;
  }
  const rest = key.slice(BINDINGS.length);
  const binding = bindings.find((name) => rest.startsWith(`${toVariable(name)}_`));
  if (binding !== undefined) {
    const property = rest.slice(binding.length + 1);
    return `binding "${binding}" has no such property; ${didYouMean(property, bindingProperties)}`;
  }
  const property = bindingProperties.find((name) => rest.endsWith(`_${name}`));
  const name = property === undefined ? rest : rest.slice(0, -property.length - 1);
  return `no binding has this name; ${didYouMean(name, bindings.map(toVariable))}`;
}

function missingAddresses(env: Env, binders: readonly BinderName[]): readonly string[] {
  return binders.flatMap((binder) => {
    const address = addresses[binder];
    if (address === undefined || env[address.variable]?.trim()) return [];
    const { variable, example } = address;
    return [`Set ${variable}, for example "${example}": the ${binder} binder needs it`];
  });
}

function forbidden(
  binders: readonly BinderName[],
  { forbidMemory }: ParseMessagingOptions,
): readonly string[] {
  if (!forbidMemory || !binders.includes("memory")) return [];
  const others = binderNames.filter((name) => name !== "memory").join(", ");
  return [
    `Cannot use "memory" here, since other processes cannot hear it; choose one of ${others}`,
  ];
}

function toVariable(binding: string): string {
  return binding.toUpperCase().replaceAll("-", "_");
}
