import { Buffer } from "node:buffer";
import { kafkaBrokers } from "../support/brokers.ts";
import { testHostileMessages } from "../support/hostile_message_cases.ts";
import type { Fate } from "../support/hostile_messages.ts";
import { openHostileScene } from "../support/hostile_scene.ts";
import { openKafkaStranger } from "../support/hostile_strangers.ts";

testHostileMessages("kafka", {
  env: async () => ({ KAFKA_BROKERS: await kafkaBrokers() }),
  // Of the mebibyte that a broker takes by default, all but what surrounds a body.
  largest: 1_048_400,
  messages: 5000,
  stranger: openKafkaStranger,
});

Deno.test("kafka: a batch that expands to 80 MB is one dead letter, and what stands beside it is handled", async () => {
  const env = { KAFKA_BROKERS: await kafkaBrokers() };
  await using scene = await openHostileScene("kafka", env);
  await using stranger = await openKafkaStranger(env);
  const change = '{"organizationId":"a","action":"CREATED","version":1,"correlationId":"c"}';
  const message = (fate: Fate, value: Buffer) => ({
    what: `${value.length} bytes`,
    fate,
    record: { key: null, value, headers: {} },
  });
  const sound = message("handled", Buffer.from(change));

  // Every other one is of the same partition, and so of the same batch.
  await scene.meetWritten(
    await stranger.write(scene.destination, [
      message("let go", Buffer.alloc(80_000_000, " ")),
      sound,
      message("dead letter", Buffer.from(change)),
      sound,
    ]),
  );
  await scene.meetWritten(await stranger.write(scene.destination, [sound, sound]));
  await scene.settle();
});
