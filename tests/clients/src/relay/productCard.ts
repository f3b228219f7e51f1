import { graphql } from "relay-runtime";
import type { productCard_product$data } from "../generated/relay/productCard_product.graphql.js";

/** Refetches itself through `node(id:)`, which needs `Node` and ids that are unique in the whole catalogue. */
export const productCard = graphql`
  fragment productCard_product on Product @refetchable(queryName: "productCardRefreshQuery") {
    id
    name
    brand
    price
    currency
    inStock
    imageUrl
    updatedAt
  }
`;

export function altText(product: productCard_product$data): string {
  return `${product.name} by ${product.brand}, seen ${new Date(product.updatedAt).toISOString()}`;
}
