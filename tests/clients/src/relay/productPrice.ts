import { graphql } from "relay-runtime";
import type { productPriceMutation$variables } from "../generated/relay/productPriceMutation.graphql.js";

/** The store learns the new price by the product's id. */
export const productPriceMutation = graphql`
  mutation productPriceMutation($id: ID!, $price: Float!, $version: String) {
    updateProduct(id: $id, input: { price: $price }, ifVersion: $version) {
      ...productCard_product
      version
    }
  }
`;

export const productRemoval = graphql`
  mutation productPriceRemovalMutation($id: ID!) {
    deleteProduct(id: $id) {
      id @deleteRecord
    }
  }
`;

export function reduced(id: string, price: number, percent: number): productPriceMutation$variables {
  return { id, price: Math.round(price * (100 - percent)) / 100 };
}
