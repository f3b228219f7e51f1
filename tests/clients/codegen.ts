import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import type { CodegenConfig } from "@graphql-codegen/cli";

const playground = "../../playground/queries";

const plugins = ["typescript", "typescript-operations", "typed-document-node"];

/** One module for each file of the playground: a file stands alone, so two may name a fragment alike. */
function playgroundModules(): CodegenConfig["generates"] {
  const files = existsSync(playground) ? readdirSync(playground).filter((file) => file.endsWith(".graphql")) : [];
  if (files.length === 0) {
    throw new Error(`no example operations in ${playground}`);
  }
  return Object.fromEntries(
    files.map((file) => [
      `src/generated/playground/${basename(file, ".graphql")}.ts`,
      { documents: `${playground}/${file}`, plugins, config: { onlyOperationTypes: true } },
    ]),
  );
}

const config: CodegenConfig = {
  schema: "../../schema.graphql",
  generates: {
    "src/generated/storefront.ts": { documents: "operations/*.graphql", plugins },
    // The manifest `persisted-documents.json` of trusted documents, beside the operations it is made of.
    "src/generated/documents/": {
      documents: "operations/*.graphql",
      preset: "client",
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: "sha256" } },
    },
    ...playgroundModules(),
  },
  config: {
    // A scalar that this list does not know is an error, not `any`.
    strictScalars: true,
    scalars: { DateTime: "string" },
    // Later versions of the gateway add error codes: a client must have an answer for one it does not know.
    enumsAsTypes: true,
    futureProofEnums: true,
    avoidOptionals: { field: true },
    immutableTypes: true,
    useTypeImports: true,
  },
};

export default config;
