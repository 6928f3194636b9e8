/**
 * The system whose processes are killed: organizations with their relays on one database, licensing,
 * and those who make changes take effect.
 *
 * @module
 */

import { freePort } from "../../../dev/services/free_port.ts";
import { kafkaBrokers, redisUrl, uniqueName } from "../brokers.ts";
import { makeDataFolder } from "../organization_process.ts";
import { freshDatabase } from "../postgres.ts";
import { type ServiceProcess, startServiceProcess } from "../processes.ts";
import { startService } from "../service_processes.ts";
import type { BrokerName } from "../wanted_services.ts";
import { Mortal, type MortalKind } from "./mortal.ts";

/** What to run. */
export interface KillWorldOptions {
  readonly broker: BrokerName;
  readonly database: "PostgreSQL" | "SQLite";
  /** Processes of each kind. On SQLite one organization service has the file. */
  readonly count: Readonly<Record<MortalKind, number>>;
  /** What is wrong on purpose, by what `organization_main.ts` or `effects_main.ts` call it. */
  readonly mutant?: { readonly of: MortalKind; readonly name: string };
  /** The wall clock of organization services steps at each SIGUSR2. */
  readonly hasSteppingClock?: boolean;
  /** A PostgreSQL of the test's own. */
  readonly postgres?: string;
  /** More of the organization services' environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Everything at work. Disposing drains the processes, then drops the databases. */
export interface KillWorld extends AsyncDisposable {
  readonly mortals: readonly Mortal[];
  /** Where the organization services are, in every life. */
  readonly organizationUrls: readonly string[];
  readonly databaseUrls: Readonly<Record<MortalKind, string>>;
  /** What reaches the broker and the destination. */
  readonly brokerEnv: Readonly<Record<string, string>>;
  readonly cacheUrl: string;
}

const TEST_PROGRAM = ["--permission-set=services", "--config=tests/deno.json"];
const DESTINATION = "MESSAGING_BINDINGS_ORGANIZATION_CHANGES";

/** Starts all processes; resolves when they are ready. */
export async function openKillWorld(options: KillWorldOptions): Promise<KillWorld> {
  await using opened = new AsyncDisposableStack();
  const databaseUrls = await openDatabases(options, opened);
  const destination = uniqueName("kills");
  const cacheUrl = await redisUrl();
  const brokerEnv = {
    MESSAGING_BINDER: options.broker,
    REDIS_URL: cacheUrl,
    ...(options.broker === "kafka" && { KAFKA_BROKERS: await kafkaBrokers() }),
    [`${DESTINATION}_OUT_DESTINATION`]: destination,
    [`${DESTINATION}_IN_DESTINATION`]: destination,
  };
  const ports = Array.from({ length: options.count.organization }, freePort);
  const organizationUrls = ports.map((port) => `http://127.0.0.1:${port}`);
  const { OUT, IN } = split(brokerEnv);

  const starts: Readonly<Record<MortalKind, (index: number) => Promise<ServiceProcess>>> = {
    organization: async (index) => {
      const env = {
        ...OUT,
        DATABASE_URL: databaseUrls.organization,
        PORT: String(ports[index]),
        ...options.env,
      };
      const wrong = options.mutant?.of === "organization" ? [options.mutant.name] : [];
      const isOurs = options.hasSteppingClock === true || wrong.length > 0;
      const wrapper = [...TEST_PROGRAM, "tests/support/kills/organization_main.ts", ...wrong];
      return (await startService("organization", env, isOurs ? wrapper : undefined)).process;
    },
    licensing: async () => {
      const env = { ...IN, DATABASE_URL: databaseUrls.licensing, ORGANIZATION_URL: first() };
      return (await startService("licensing", env)).process;
    },
    effects: () =>
      startServiceProcess({
        args: [
          ...["run", "--quiet", "--no-prompt", ...TEST_PROGRAM],
          ...["tests/support/kills/effects_main.ts"],
          ...(options.mutant?.of === "effects" ? [options.mutant.name] : []),
        ],
        env: { ...IN, DATABASE_URL: databaseUrls.effects },
        readyLine: "takes effect",
      }),
  };
  const first = () => organizationUrls[0] ?? "";
  const mortals: Mortal[] = [];
  for (const kind of ["organization", "licensing", "effects"] as const) {
    for (let index = 0; index < options.count[kind]; index += 1) {
      const start = () => starts[kind](index);
      mortals.push(opened.use(new Mortal({ kind, name: `${kind} ${index + 1}`, start })));
    }
    // One after the other: SQLite's tables are made by the first.
    await Promise.all(mortals.map((mortal) => mortal.ready()));
  }
  const all = opened.move();
  return {
    mortals,
    organizationUrls,
    databaseUrls,
    brokerEnv: IN,
    cacheUrl,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A service refuses the settings of bindings it does not have. */
function split(env: Readonly<Record<string, string>>) {
  const without = (word: string) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(word)));
  return { OUT: without(`${DESTINATION}_IN`), IN: without(`${DESTINATION}_OUT`) };
}

async function openDatabases(
  { database, postgres }: KillWorldOptions,
  opened: AsyncDisposableStack,
): Promise<Record<MortalKind, string>> {
  if (database === "SQLite") {
    const { path } = opened.use(await makeDataFolder());
    const url = (kind: MortalKind) => `sqlite:${path}/${kind}.sqlite`;
    return {
      organization: url("organization"),
      licensing: url("licensing"),
      effects: url("effects"),
    };
  }
  const url = async () => opened.use(await freshDatabase(postgres)).url;
  return { organization: await url(), licensing: await url(), effects: await url() };
}
