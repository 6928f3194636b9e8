import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { OrganizationStatus, ShownLicense } from "../shown_license.ts";
import { expectedLicenseVersions, licenseETag } from "./license_etag.ts";

const organization = {
  organizationId: "o1",
  name: "Ostock",
  contactName: "Rosalind Vega",
  contactEmail: "rosalind.vega@ostock.example",
  contactPhone: "+51 1 555 0101",
  version: 7,
};

function shown(organizationStatus: OrganizationStatus, isShown: boolean): ShownLicense {
  return {
    licenseId: "l1",
    organizationId: "o1",
    description: "",
    productName: "Ostock",
    licenseType: "complete",
    comment: null,
    version: 3,
    organization: isShown ? organization : null,
    organizationStatus,
  };
}

Deno.test("licenseETag() changes with the organization's version and status", () => {
  strictEqual(licenseETag(shown("current", true)), '"3.7"');
  strictEqual(licenseETag(shown("stale", true)), '"3.7-stale"');
  strictEqual(licenseETag(shown("unavailable", false)), '"3.0-unavailable"');
  strictEqual(licenseETag(shown("deleted", false)), '"3.0-deleted"');
});

Deno.test("expectedLicenseVersions() takes the license's part of each tag, also alone", () => {
  const header = '"3", "4.9", "5.9-stale", W/"6.1", "7.x", "x"';

  deepStrictEqual(expectedLicenseVersions(header), [3, 4, 5]);
});

Deno.test("expectedLicenseVersions() expects nothing without a condition, and with *", () => {
  strictEqual(expectedLicenseVersions(undefined), undefined);
  strictEqual(expectedLicenseVersions("*"), undefined);
});

for (const header of ['"x"', 'W/"3.7"', "3", '"3.7', ""]) {
  Deno.test(`expectedLicenseVersions() finds no version in ${JSON.stringify(header)}`, () => {
    deepStrictEqual(expectedLicenseVersions(header), []);
  });
}
