/**
 * What graphql-js thinks of a request, over the schema that Aisle serves.
 *
 * Invariant: a verdict depends on the request and the schema alone; nothing is executed.
 */
import { readFileSync } from "node:fs";
import {
  GraphQLError,
  Kind,
  MaxIntrospectionDepthRule,
  buildSchema,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
} from "graphql";

const repository = new URL("../../../../", import.meta.url);

/** The committed schema, its scalar told what Aisle takes for it: a text, and nothing else. */
export const schema = buildSchema(readFileSync(new URL("schema.graphql", repository), "utf8"));

const moment = schema.getType("DateTime");
moment.parseValue = (value) => textOf(typeof value === "string", value);
moment.parseLiteral = (node) => textOf(node.kind === Kind.STRING, node.value);

function textOf(isText, value) {
  if (!isText) {
    throw new GraphQLError("DateTime is a text");
  }
  return value;
}

// Not of the specification: a guard against deep introspection, which Aisle bounds by cost.
const rules = specifiedRules.filter((rule) => rule !== MaxIntrospectionDepthRule);

/** `valid`, or the first step that refuses: `syntax`, `validation`, `operation` or `variables`. */
export function verdict({ document, variables, variablesText, operationName }) {
  const parsed = parsedOrNothing(document);
  if (parsed === undefined) {
    return "syntax";
  }
  if (validate(schema, parsed, rules).length > 0) {
    return "validation";
  }
  const operation = chosen(parsed, operationName);
  if (operation === undefined) {
    return "operation";
  }
  const given = variablesText === undefined ? (variables ?? {}) : JSON.parse(variablesText);
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  return errors === undefined ? "valid" : "variables";
}

function parsedOrNothing(document) {
  try {
    return parse(document);
  } catch (error) {
    if (error instanceof GraphQLError) {
      return undefined;
    }
    throw error;
  }
}

/** The operation that `execute` would run; nothing where it refuses to choose, or has no type to start from. */
function chosen(parsed, name) {
  const operations = parsed.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const named = name === undefined || name === null ? operations : operations.filter((one) => one.name?.value === name);
  const [operation] = named;
  const isRunnable = named.length === 1 && schema.getRootType(operation.operation) != null;
  return isRunnable ? operation : undefined;
}
