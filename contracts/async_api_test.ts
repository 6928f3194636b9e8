import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { asyncApiDocument } from "./async_api.ts";
import { organizationChangedSchema, organizationChanges } from "./organization_changed.ts";

Deno.test("asyncApiDocument() describes the payload by the schema that validates it", () => {
  const document = asyncApiDocument({
    title: "organization",
    version: "1.0.0",
    operations: [{
      name: "organization-changes-out",
      action: "send",
      channel: organizationChanges,
      destination: "changes",
      types: ["organization.created"],
      payload: organizationChangedSchema,
      description: "Every change",
    }],
  });

  const { channels, operations, components } = JSON.parse(JSON.stringify(document));
  strictEqual(channels["organization-changes"].address, "changes");
  deepStrictEqual(operations["organization-changes-out"], {
    action: "send",
    channel: { $ref: "#/channels/organization-changes" },
    messages: [
      { $ref: "#/channels/organization-changes/messages/event" },
      { $ref: "#/channels/organization-changes/messages/heartbeat" },
    ],
  });
  deepStrictEqual(components.messages.heartbeat.headers.properties.ce_type, {
    const: "cauce.heartbeat",
  });
  const { payload } = components.messages["organization-changes"];
  // A reader that is made from the document must bear fields that come later.
  strictEqual(payload.additionalProperties, undefined);
  deepStrictEqual(payload.required, ["organizationId", "action", "version", "correlationId"]);
});
