/**
 * Reads the schema of the gateway whose address is given by introspection, as tools do, and compares it with the
 * committed one.
 */
import { readFileSync } from "node:fs";
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  specifiedDirectives,
  validateSchema,
} from "graphql";

const [url] = process.argv.slice(2);
if (url === undefined) {
  throw new Error("usage: introspection.mjs URL");
}

// Left out: the description of the schema, where the server's library puts one about GraphQL in general, and whether an
// input takes one of its fields, which the library does not know (no input of ours does).
const query = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
});
const response = await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
  body: JSON.stringify({ query, operationName: "IntrospectionQuery" }),
});
const { data, errors } = await response.json();
if (errors !== undefined) {
  throw new Error(`introspection failed: ${JSON.stringify(errors)}`);
}

const served = buildClientSchema(data);
const committed = buildSchema(readFileSync(new URL("../../../schema.graphql", import.meta.url), "utf8"));
const problems = [...validateSchema(served), ...validateSchema(committed)].map((problem) => problem.message);

const known = new Set(specifiedDirectives.map((directive) => directive.name));
const foreign = served.getDirectives().filter((directive) => !known.has(directive.name));
problems.push(...foreign.map((directive) => `@${directive.name} is served and stands in no schema`));
for (const name of ["include", "skip", "deprecated", "specifiedBy"]) {
  if (served.getDirective(name) == null) {
    problems.push(`@${name} is not served`);
  }
}

/** Each definition in the one text for a schema that does not depend on the order of its types and fields. */
function definitions(schema) {
  return printSchema(lexicographicSortSchema(schema)).split("\n\n");
}

const [one, other] = [served, committed].map(definitions);
const differences = [
  ...one.filter((definition) => !other.includes(definition)).map((definition) => `only served:\n${definition}`),
  ...other.filter((definition) => !one.includes(definition)).map((definition) => `only committed:\n${definition}`),
];

for (const problem of [...problems, ...differences]) {
  console.error(problem);
}
console.log(`${Object.keys(served.getTypeMap()).length} types, ${problems.length} problems, ${differences.length} differences`);
process.exitCode = problems.length + differences.length === 0 ? 0 : 1;
