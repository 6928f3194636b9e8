/**
 * Provides the services that development, tests and benchmarks need: by address, in containers or
 * as local processes.
 *
 * @module
 */

import { ADDRESS_VARIABLE, chooseStarter, forcedRung } from "./ladder.ts";
import type { Rung, Say, ServiceName, StartedService, StartingRung } from "./service.ts";

/** What is wanted. */
export interface OpenServicesOptions {
  readonly wanted: readonly ServiceName[];
  /** Forces a rung; default `TEST_RUNG`, or else the first that can serve. */
  readonly rung?: StartingRung;
  /** Takes one line for each service, and more while something takes long. */
  readonly say: Say;
}

/** A service that serves. */
export interface ProvidedService {
  readonly address: string;
  readonly rung: Rung;
  readonly reason: string;
}

/** The services that were wanted. Disposing stops those that were started here, and only those. */
export interface Services extends AsyncDisposable {
  readonly kafka?: ProvidedService;
  readonly redis?: ProvidedService;
  readonly postgres?: ProvidedService;
  /** The addresses as programs expect them: `KAFKA_BROKERS`, `REDIS_URL`, `DATABASE_URL`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Opens the services side by side. Throws, leaving none behind, when one of them cannot be had. */
export async function openServices(options: OpenServicesOptions): Promise<Services> {
  const started: StartedService[] = [];
  const provided: Partial<Record<ServiceName, ProvidedService>> = {};
  const env: Record<string, string> = {};
  const stop = async () => void await Promise.all(started.map((s) => s[Symbol.asyncDispose]()));

  const outcomes = await Promise.allSettled(options.wanted.map(async (name) => {
    const service = await provide(name, { ...options, onStart: (s) => started.push(s) });
    provided[name] = service;
    env[ADDRESS_VARIABLE[name]] = service.address;
  }));
  const failures = outcomes.filter((outcome) => outcome.status === "rejected");
  if (failures.length > 0) {
    await stop();
    throw new AggregateError(
      failures.map(({ reason }) => reason),
      failures.map(({ reason }) => reason instanceof Error ? reason.message : reason).join("\n"),
    );
  }
  return { ...provided, env, [Symbol.asyncDispose]: stop };
}

/** What starting a service of one's own takes. */
export interface StartServiceOptions {
  readonly say: Say;
  readonly rung?: StartingRung;
  readonly advertisedPort?: number;
  readonly quickRestart?: boolean;
  readonly syncsEachWrite?: boolean;
}

/** Starts a service that belongs to the caller alone, to be killed, frozen and started again. */
export async function startService(
  name: ServiceName,
  options: StartServiceOptions,
): Promise<StartedService> {
  const say: Say = (line) => options.say(`${name}: ${line}`);
  const { starter } = await chooseStarter(name, { rung: options.rung ?? forcedRung(name), say });
  return await starter.start({ ...options, say });
}

interface ProvideOptions extends OpenServicesOptions {
  readonly onStart: (service: StartedService) => void;
}

async function provide(name: ServiceName, options: ProvideOptions): Promise<ProvidedService> {
  const say: Say = (line) => options.say(`${name}: ${line}`);
  const variable = ADDRESS_VARIABLE[name];
  const given = Deno.env.get(variable);
  if (given) {
    say(`at ${withoutPassword(given)} (${variable} is set)`);
    return { address: given, rung: "address", reason: `${variable} is set` };
  }
  const begun = performance.now();
  const forced = options.rung ?? forcedRung(name);
  const { rung, reason, starter } = await chooseStarter(name, { rung: forced, say });
  const service = await starter.start({ say });
  options.onStart(service);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  say(`${rung} at ${service.address}, up in ${seconds} s (${reason})`);
  return { address: service.address, rung, reason };
}

function withoutPassword(address: string): string {
  return address.replace(/:[^:@/]*@/, ":***@");
}
