import { graphql } from "relay-runtime";

/** A list that loads more in both directions: the connection must be one that Relay understands. */
export const productList = graphql`
  fragment productList_catalogue on Query
  @argumentDefinitions(
    words: { type: "String" }
    filter: { type: "ProductFilter" }
    sort: { type: "[ProductSort!]" }
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  )
  @refetchable(queryName: "productListPageQuery") {
    products(
      query: $words
      filter: $filter
      sort: $sort
      first: $first
      after: $after
      last: $last
      before: $before
    ) @connection(key: "productList_products", filters: ["query", "filter", "sort"]) {
      totalCount
      report {
        complete
        searches
      }
      didYouMean
      facets {
        brand(first: 20) {
          value
          count
          selected
        }
      }
      edges {
        score
        highlights {
          field
          fragments
        }
        node {
          ...productCard_product
        }
      }
    }
  }
`;

export const productListQuery = graphql`
  query productListQuery($words: String, $filter: ProductFilter, $sort: [ProductSort!], $first: Int!) {
    ...productList_catalogue @arguments(words: $words, filter: $filter, sort: $sort, first: $first)
  }
`;
