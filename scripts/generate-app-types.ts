// Writes app/src/data/answers.d.ts: the API's answers as types, from docs/openapi.json.
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

interface Operation {
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: object }> }>>;
}

const TARGET = new URL("../app/src/data/answers.d.ts", import.meta.url);
const HEADER = "// Generated from docs/openapi.json by scripts/generate-app-types.ts. Do not edit.";

const description = JSON.parse(
  readFileSync(new URL("../docs/openapi.json", import.meta.url), "utf8").replaceAll(
    "#/components/schemas/",
    "#/definitions/",
  ),
) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

/** Schema of what each GET answers with success, by its path. */
const answers = Object.entries(description.paths).flatMap(([path, { get }]) => {
  const schema = get?.responses["200"]?.content?.["application/json"]?.schema;
  return schema === undefined ? [] : [[path, schema] as const];
});
const properties = Object.fromEntries(answers);
const text = await compile(
  {
    title: "Answers",
    description: "What each path answers to GET.",
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    definitions: description.components.schemas,
  },
  "Answers",
  { bannerComment: HEADER, printWidth: 120, unreachableDefinitions: false } as Parameters<typeof compile>[2],
);

writeFileSync(TARGET, text);
