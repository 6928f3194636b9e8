/**
 * What every license store promises.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { License, LicenseDetails, LicenseStore } from "@cauce/licensing";

/** A promise as a sentence. */
export interface LicenseStoreCase {
  readonly title: string;
  run(store: LicenseStore): Promise<void>;
}

const details: LicenseDetails = {
  description: "Una licencia, 一个许可证",
  productName: "Ostock",
  licenseType: "complete",
  comment: null,
};

function license(licenseId: string, organizationId = "o1"): License {
  return { licenseId, organizationId, ...details, version: 1 };
}

const KEY = { organizationId: "o1", licenseId: "l1" };
/** The same license id, asked for by another organization. */
const FOREIGN = { organizationId: "o2", licenseId: "l1" };

/** All promises. */
export const licenseStoreCases: readonly LicenseStoreCase[] = [
  {
    title: "what was inserted is found as it was",
    async run(store) {
      const one = { ...license("l1"), comment: "'; DROP TABLE license; --" };

      strictEqual(await store.insert(one), true);

      deepStrictEqual(await store.find(KEY), one);
      strictEqual(await store.find({ ...KEY, licenseId: "l2" }), undefined);
    },
  },
  {
    title: "an id that the organization has is not inserted again",
    async run(store) {
      await store.insert(license("l1"));

      strictEqual(await store.insert({ ...license("l1"), productName: "Other" }), false);

      deepStrictEqual(await store.find(KEY), license("l1"));
    },
  },
  {
    title: "a license of another organization is not there, whatever is asked",
    async run(store) {
      await store.insert(license("l1"));

      strictEqual(await store.find(FOREIGN), undefined);
      deepStrictEqual(await store.list("o2", { limit: 10, after: undefined }), []);
      strictEqual(await store.replace(FOREIGN, { ...details, productName: "X" }), undefined);
      strictEqual(await store.remove(FOREIGN), false);
      deepStrictEqual(await store.find(KEY), license("l1"));
    },
  },
  {
    title: "two organizations may have licenses of the same id",
    async run(store) {
      await store.insert(license("l1"));

      strictEqual(await store.insert(license("l1", "o2")), true);

      strictEqual(await store.remove(FOREIGN), true);
      deepStrictEqual(await store.find(KEY), license("l1"));
    },
  },
  {
    title: "a list is in the order of ids, from the first behind the last one seen",
    async run(store) {
      for (const id of ["l3", "l1", "l2", "l4"]) await store.insert(license(id));

      const first = await store.list("o1", { limit: 2, after: undefined });
      const second = await store.list("o1", { limit: 3, after: "l2" });

      deepStrictEqual(first.map(({ licenseId }) => licenseId), ["l1", "l2"]);
      deepStrictEqual(second.map(({ licenseId }) => licenseId), ["l3", "l4"]);
    },
  },
  {
    title: "a replacement changes every detail and raises the version",
    async run(store) {
      await store.insert({ ...license("l1"), comment: "old" });
      const changed = { ...details, productName: "Renamed", comment: null };

      const replaced = await store.replace(KEY, changed);

      deepStrictEqual(replaced, { ...KEY, ...changed, version: 2 });
      deepStrictEqual(await store.find(KEY), replaced);
    },
  },
  {
    title: "a replacement of an older version changes nothing",
    async run(store) {
      await store.insert(license("l1"));
      await store.replace(KEY, details);

      strictEqual(await store.replace(KEY, details, { expected: [1] }), undefined);

      strictEqual((await store.replace(KEY, details, { expected: [1, 2] }))?.version, 3);
    },
  },
  {
    title: "of two replacements over the same version one succeeds",
    async run(store) {
      await store.insert(license("l1"));

      const outcomes = await Promise.all(
        ["a", "b"].map((productName) =>
          store.replace(KEY, { ...details, productName }, { expected: [1] })
        ),
      );

      strictEqual(outcomes.filter((outcome) => outcome !== undefined).length, 1);
      strictEqual((await store.find(KEY))?.version, 2);
    },
  },
  {
    title: "a removal of an older version removes nothing",
    async run(store) {
      await store.insert(license("l1"));
      await store.replace(KEY, details);

      strictEqual(await store.remove(KEY, { expected: [1] }), false);
      strictEqual(await store.remove(KEY, { expected: [] }), false);
      strictEqual(await store.remove(KEY, { expected: [2] }), true);

      strictEqual(await store.find(KEY), undefined);
      strictEqual(await store.remove(KEY), false);
    },
  },
];
