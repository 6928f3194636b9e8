/**
 * The client port's requests about groups, on kafkajs.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import kafkajs from "kafkajs";
import type { GroupMember, KafkaLink } from "./client.ts";
import { DEADLINE_MS, type Requester } from "./kafkajs_requester.ts";

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
// Members that divide partitions in another way are refused by the broker.
const PROTOCOL_NAME = "cauce-cooperative";
const PROTOCOL_VERSION = 1;

/** The requests that go to a group's coordinator. */
export type GroupRequests = Pick<
  KafkaLink,
  "joinGroup" | "syncGroup" | "heartbeat" | "leaveGroup" | "commit" | "findCommitted"
>;

type MemberState = Pick<GroupMember, "owned" | "seeks">;

/** Builds them; they share the link's connections. */
export function createGroupRequests(requester: Requester): GroupRequests {
  return {
    async joinGroup({ group, topic, memberId, sessionTimeoutMs, rebalanceTimeoutMs, ...state }) {
      const metadata = encodeMember(topic, state);
      const joined = await requester.askCoordinator(group, (coordinator) =>
        coordinator.joinGroup({
          groupId: group,
          memberId,
          sessionTimeout: sessionTimeoutMs,
          rebalanceTimeout: rebalanceTimeoutMs,
          groupProtocols: [{ name: PROTOCOL_NAME, metadata }],
        }), DEADLINE_MS + rebalanceTimeoutMs);
      const isLeader = joined.memberId === joined.leaderId;
      return {
        membership: { group, memberId: joined.memberId, generation: joined.generationId },
        members: !isLeader ? undefined : joined.members.map((member) => ({
          memberId: member.memberId,
          ...decodeState(member.memberMetadata),
        })),
      };
    },
    async syncGroup({ group, memberId, generation }, { topic, assignments }) {
      const groupAssignment = [...assignments].map(([member, partitions]) => ({
        memberId: member,
        memberAssignment: encodeAssignment(topic, partitions),
      }));
      const { memberAssignment } = await requester.askCoordinator(
        group,
        (coordinator) =>
          coordinator.syncGroup({
            groupId: group,
            memberId,
            generationId: generation,
            groupAssignment,
          }),
      );
      return MemberAssignment.decode(memberAssignment)?.assignment[topic] ?? [];
    },
    async heartbeat({ group, memberId, generation }) {
      await requester.askCoordinator(
        group,
        (coordinator) =>
          coordinator.heartbeat({ groupId: group, memberId, groupGenerationId: generation }),
      );
    },
    async leaveGroup({ group, memberId }) {
      await requester.askCoordinator(
        group,
        (coordinator) => coordinator.leaveGroup({ groupId: group, memberId }),
      );
    },
    async commit({ group, memberId, generation }, topic, offsets) {
      const partitions = [...offsets].map(([partition, offset]) => ({
        partition,
        offset: String(offset),
      }));
      await requester.askCoordinator(group, (coordinator) =>
        coordinator.offsetCommit({
          groupId: group,
          memberId,
          groupGenerationId: generation,
          topics: [{ topic, partitions }],
        }));
    },
    async findCommitted(group, topic, partitions) {
      const wanted = partitions.map((partition) => ({ partition }));
      const { responses } = await requester.askCoordinator(
        group,
        (coordinator) =>
          coordinator.offsetFetch({ groupId: group, topics: [{ topic, partitions: wanted }] }),
      );
      const found = responses.flatMap((response) => response.partitions)
        .map(({ partition, offset }) => [partition, Number(offset)] as const);
      return new Map(found.filter(([, offset]) => offset >= 0));
    },
  };
}

function encodeMember(topic: string, { owned, seeks }: MemberState): Buffer {
  const userData = Buffer.from(JSON.stringify({ owned, seeks }));
  return MemberMetadata.encode({ version: PROTOCOL_VERSION, topics: [topic], userData });
}

function decodeState(metadata: Buffer): MemberState {
  const { owned, seeks } = JSON.parse(String(MemberMetadata.decode(metadata)?.userData ?? "{}"));
  return { owned: owned ?? [], seeks: seeks === true };
}

function encodeAssignment(topic: string, partitions: readonly number[]): Buffer {
  return MemberAssignment.encode({
    version: PROTOCOL_VERSION,
    assignment: { [topic]: [...partitions] },
    userData: Buffer.alloc(0),
  });
}
