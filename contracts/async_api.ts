/**
 * The AsyncAPI 3 document of a service, made from the schemas that validate at run time.
 *
 * @module
 */

import { type Channel, HEARTBEAT_TYPE } from "@cauce/messaging";
import { z } from "zod";

/** One channel as a service uses it. */
export interface AsyncApiOperation {
  /** The binding's name: `organization-changes-out`. */
  readonly name: string;
  /** As the service sees it. */
  readonly action: "send" | "receive";
  /** What is described. */
  readonly channel: Pick<Channel<never>, "name" | "partitionCount">;
  /** What the channel is called at the broker. */
  readonly destination: string;
  /** Every CloudEvents `type` on the channel. */
  readonly types: readonly string[];
  /** The schema that validates at run time. */
  readonly payload: z.ZodType;
  /** For whoever reads the document. */
  readonly description: string;
}

/** The service and what it sends and receives. */
export interface AsyncApiOptions {
  /** The service's name. */
  readonly title: string;
  /** The document's, not the protocol's. */
  readonly version: string;
  /** Each binding of the service. */
  readonly operations: readonly AsyncApiOperation[];
}

const TEXT = { type: "string" };

/** What consumers in other languages see between events, and let go. */
const heartbeat = {
  name: "heartbeat",
  title: "Whatever was committed before ce_time on this partition was sent before",
  contentType: "application/json",
  headers: {
    type: "object",
    required: ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"],
    properties: {
      ce_specversion: { const: "1.0" },
      ce_id: TEXT,
      ce_source: TEXT,
      ce_type: { const: HEARTBEAT_TYPE },
      ce_time: { ...TEXT, format: "date-time" },
    },
  },
  payload: {
    type: "object",
    required: ["partitionCount"],
    properties: { partitionCount: { type: "integer", minimum: 1 } },
  },
};

/** Builds the document; it can be written as JSON. */
export function asyncApiDocument({ title, version, operations }: AsyncApiOptions): object {
  return {
    asyncapi: "3.0.0",
    info: { title, version },
    defaultContentType: "application/json",
    channels: Object.fromEntries(operations.map((one) => [one.channel.name, toChannel(one)])),
    operations: Object.fromEntries(operations.map((one) => [one.name, toOperation(one)])),
    components: {
      messages: {
        ...Object.fromEntries(operations.map((one) => [one.channel.name, toMessage(one)])),
        heartbeat,
      },
    },
  };
}

function toChannel({ channel, destination, description }: AsyncApiOperation): object {
  return {
    address: destination,
    description,
    messages: {
      event: { $ref: `#/components/messages/${channel.name}` },
      heartbeat: { $ref: "#/components/messages/heartbeat" },
    },
  };
}

function toOperation({ action, channel }: AsyncApiOperation): object {
  const to = `#/channels/${channel.name}`;
  const messages = ["event", "heartbeat"].map((name) => ({ $ref: `${to}/messages/${name}` }));
  return { action, channel: { $ref: to }, messages };
}

function toMessage({ payload, types, channel }: AsyncApiOperation): object {
  return {
    name: channel.name,
    title: "A CloudEvent in binary mode",
    contentType: "application/json",
    correlationId: { location: "$message.payload#/correlationId" },
    headers: {
      type: "object",
      required: ["ce_specversion", "ce_id", "ce_source", "ce_type"],
      properties: {
        ce_specversion: { const: "1.0" },
        ce_id: TEXT,
        ce_source: TEXT,
        ce_type: { enum: types },
        ce_time: { ...TEXT, format: "date-time" },
        ce_subject: TEXT,
        traceparent: TEXT,
      },
    },
    payload: z.toJSONSchema(payload, { target: "draft-7", io: "input" }),
  };
}
