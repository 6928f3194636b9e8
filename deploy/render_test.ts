import { deepStrictEqual, throws } from "node:assert/strict";
import { placeholders, render } from "./render.ts";

const TEMPLATE = `{ "image": "\${IMAGE}", "tags": ["\${SIZE}-\${IMAGE}", 1, true, null] }`;

Deno.test("render() puts every value in its place and leaves the rest", () => {
  const rendered = render(TEMPLATE, { IMAGE: "cauce@1", SIZE: "small" });

  deepStrictEqual(rendered, { image: "cauce@1", tags: ["small-cauce@1", 1, true, null] });
});

Deno.test("render() keeps a value with quotes and placeholders in it as plain text", () => {
  const value = `", "user": "root\${IMAGE}`;

  const rendered = render(`{ "image": "\${IMAGE}" }`, { IMAGE: value });

  deepStrictEqual(rendered, { image: value });
});

Deno.test("render() lists every missing, empty and unknown variable at once", () => {
  throws(() => render(TEMPLATE, { SIZE: "", IMAGES: "cauce@1" }), {
    name: "RenderError",
    problems: [
      "IMAGE is missing",
      "SIZE is empty",
      "IMAGES is given, but the template has no such placeholder",
    ],
  });
});

Deno.test("render() takes no variable from the prototype of its values", () => {
  throws(() => render(`{ "a": "\${CONSTRUCTOR}" }`, Object.create({ CONSTRUCTOR: "inherited" })), {
    message: "Cannot render the template: CONSTRUCTOR is missing",
  });
});

for (const text of ["$IMAGE", "${image}", "${IMAGE", "${}", "$${IMAGE}"]) {
  Deno.test(`render() refuses "${text}" as a placeholder`, () => {
    throws(() => render(JSON.stringify([text, "${IMAGE}"]), { IMAGE: "cauce@1" }), {
      message:
        `Cannot render the template: "${text}" has a "$" that begins no placeholder like \${NAME}`,
    });
  });
}

Deno.test("placeholders() names each once, sorted", () => {
  const names = placeholders(TEMPLATE);

  deepStrictEqual(names, ["IMAGE", "SIZE"]);
});
