const { fromGraphQLCodegenPersistedDocuments } = require("@apollo/generate-persisted-query-manifest");

module.exports = {
  documents: fromGraphQLCodegenPersistedDocuments("./src/generated/documents/persisted-documents.json"),
  output: "./src/generated/apollo.json",
};
