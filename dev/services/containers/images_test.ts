import { deepStrictEqual } from "node:assert/strict";
import { OFFICIAL_IMAGES } from "./images.ts";

Deno.test("compose.yaml runs the images that tests run", async () => {
  const compose = await Deno.readTextFile(new URL("../../../compose.yaml", import.meta.url));

  const images = [...compose.matchAll(/^ +image: (\S+)$/gm)].map(([, image]) => image);

  deepStrictEqual(images, Object.values(OFFICIAL_IMAGES));
});
