import { deepStrictEqual } from "node:assert/strict";
import { loadSampleData, sampleLicenses } from "@cauce/licensing";
import { migrations, sqlLicenseStore } from "@cauce/licensing/store";
import { type Database, migrate, openDatabase } from "@cauce/platform/database";
import { licenseStoreCases } from "../support/license_store_cases.ts";
import { freshDatabase } from "../support/postgres.ts";

interface Opened extends AsyncDisposable {
  readonly database: Database;
}

const kinds = [
  { name: "SQLite", open: () => openMigrated("sqlite::memory:") },
  { name: "PostgreSQL", open: openPostgres },
];

for (const kind of kinds) {
  for (const one of licenseStoreCases) {
    Deno.test(`license store on ${kind.name}: ${one.title}`, async () => {
      await using opened = await kind.open();

      await one.run(sqlLicenseStore(opened.database));
    });
  }

  Deno.test(`the sample licenses are loaded once into ${kind.name}`, async () => {
    await using opened = await kind.open();
    const store = sqlLicenseStore(opened.database);
    await loadSampleData(store);
    const [changed, kept] = sampleLicenses;
    if (changed === undefined || kept === undefined) throw new Error("Cannot find the samples");
    const renamed = await store.replace(changed, { ...changed, productName: "Renamed" });

    await loadSampleData(store);

    deepStrictEqual(await store.find(changed), renamed);
    deepStrictEqual(await store.find(kept), kept);
  });
}

async function openMigrated(url: string): Promise<Opened> {
  const database = await openDatabase(url);
  await migrate(database, migrations);
  return { database, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

async function openPostgres(): Promise<Opened> {
  const fresh = await freshDatabase();
  const { database } = await openMigrated(fresh.url);
  return {
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}
