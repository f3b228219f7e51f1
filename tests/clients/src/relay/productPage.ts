import { graphql } from "relay-runtime";
import type { productPageQuery$data } from "../generated/relay/productPageQuery.graphql.js";

export const productPageQuery = graphql`
  query productPageQuery($id: ID!) {
    node(id: $id) {
      __typename
      ... on Product {
        description
        attributes {
          name
          value
        }
        ...productCard_product @alias(as: "card")
      }
    }
  }
`;

/** `null` for a product that is gone. */
export function attributeTable(data: productPageQuery$data): ReadonlyMap<string, string> | null {
  if (data.node?.__typename !== "Product") {
    return null;
  }
  return new Map(data.node.attributes.map(({ name, value }) => [name, value]));
}
