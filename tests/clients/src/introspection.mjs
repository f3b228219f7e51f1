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
  validateSchema,
} from "graphql";

const [url] = process.argv.slice(2);
if (url === undefined) {
  throw new Error("usage: introspection.mjs URL");
}

const options = { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true };
const query = getIntrospectionQuery({ ...options, inputValueDeprecation: true, oneOf: false });
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
const [one, other] = [served, committed].map((schema) => printSchema(lexicographicSortSchema(schema)).split("\n"));
const differences = Array.from({ length: Math.max(one.length, other.length) }, (_, line) => line)
  .filter((line) => one[line] !== other[line])
  .map((line) => `line ${line + 1}: served ${JSON.stringify(one[line])}, committed ${JSON.stringify(other[line])}`);

for (const problem of [...problems, ...differences.slice(0, 10)]) {
  console.error(problem);
}
console.log(`${Object.keys(served.getTypeMap()).length} types, ${problems.length} problems, ${differences.length} differences`);
process.exitCode = problems.length + differences.length === 0 ? 0 : 1;
