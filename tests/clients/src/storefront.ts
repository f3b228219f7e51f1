/** What a shop's front end does with the generated types: it stops compiling when the schema takes something away. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import {
  BasketDocument,
  CategoryPageDocument,
  ErrorTableDocument,
  FindProductDocument,
  ProductPageDocument,
  SearchResultsDocument,
  type ErrorCategory,
  type ErrorCode,
  type ErrorSeverity,
  type ErrorTableQuery,
  type ProductCardFragment,
  type ProductDetailsFragment,
  type ProductFilter,
  type ProductSort,
  type SearchResultsQueryVariables,
} from "./generated/storefront.js";

export interface Failure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: ErrorCode;
    readonly category: ErrorCategory;
    readonly severity: ErrorSeverity;
    readonly retryable: boolean;
    readonly recoverable: boolean;
    readonly status: number;
    readonly requestId: string;
    readonly retryAfter?: number;
    readonly details?: readonly { readonly field: string; readonly rule: string; readonly message: string }[];
  };
}

export interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly Failure[];
}

export type Execute = <Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
) => Promise<Answer<Result>>;

/** Posts operations to the GraphQL address of a gateway. */
export function gateway(address: string): Execute {
  return async (document, variables) => {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: print(document), variables }),
    });
    return response.json();
  };
}

/** What the shopper chose on the search page. */
export interface Choice {
  readonly words: string;
  readonly brands: readonly string[];
  readonly colours: readonly string[];
  readonly cheapest: number | null;
  readonly dearest: number | null;
  readonly newSince: Date | null;
  readonly order: "best" | "cheapest" | "newest";
}

const orders: Record<Choice["order"], readonly ProductSort[]> = {
  best: [{ by: "RELEVANCE", direction: "DESC" }],
  cheapest: [{ by: "PRICE", direction: "ASC" }, { by: "NAME" }],
  newest: [{ by: "CREATED_AT" }, { by: "UPDATED_AT" }],
};

function filter(choice: Choice): ProductFilter {
  return {
    brand: choice.brands.length > 0 ? { in: choice.brands } : null,
    price: { gte: choice.cheapest, lte: choice.dearest },
    createdAt: choice.newSince ? { gte: choice.newSince.toISOString() } : null,
    attributes: choice.colours.length > 0 ? [{ name: "colour", in: choice.colours }] : null,
    inStock: true,
    not: { or: [{ tags: { anyOf: ["spare part"] } }, { category: { eq: "Services" } }] },
  };
}

export interface Results {
  readonly cards: readonly ProductCardFragment[];
  readonly total: number;
  readonly next: string | null;
  readonly complete: boolean;
}

/** One screen of results; `after` is `next` of the screen before. */
export async function search(execute: Execute, choice: Choice, after: string | null): Promise<Results | Failure[]> {
  const variables: SearchResultsQueryVariables = {
    words: choice.words,
    filter: filter(choice),
    sort: orders[choice.order],
    first: 24,
    after,
  };
  const { data, errors = [] } = await execute(SearchResultsDocument, variables);
  if (!data?.products) {
    return [...errors];
  }
  const { edges, pageInfo, report, totalCount } = data.products;
  return {
    cards: edges.map((edge) => edge.node),
    total: totalCount,
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    complete: report.complete,
  };
}

export interface Shelf {
  readonly cards: readonly ProductCardFragment[];
  readonly pages: readonly number[];
}

/** The numbers to show below a category, and the products of the one asked for. */
export async function category(execute: Execute, name: string, page: number): Promise<Shelf> {
  const { data } = await execute(CategoryPageDocument, { category: name, size: 24, page });
  const { nodes = [], pageInfo } = data?.products ?? {};
  return { cards: nodes, pages: Array.from({ length: pageInfo?.pageCount ?? 0 }, (_, index) => index + 1) };
}

export async function product(execute: Execute, id: string): Promise<ProductDetailsFragment | null> {
  const { data } = await execute(ProductPageDocument, { id });
  return data?.product ?? null;
}

/** By the label on the box, else by the name on it. */
export async function scanned(execute: Execute, sku: string, name: string): Promise<ProductDetailsFragment | null> {
  const { data } = await execute(FindProductDocument, { sku, name });
  return data?.bySku ?? data?.byName ?? null;
}

/** The sum of what can still be bought; products that are gone count nothing. */
export async function basketTotal(execute: Execute, ids: readonly string[]): Promise<number> {
  const { data } = await execute(BasketDocument, { ids });
  const lines: readonly (ProductCardFragment | null)[] = data?.productsByIds ?? [];
  return lines.reduce((sum, line) => sum + (line?.inStock ? line.price : 0), 0);
}

/** What to tell the shopper; codes of later versions get the general sentence. */
export function advice({ extensions: { code, retryAfter, details } }: Failure): string {
  switch (code) {
    case "VALIDATION_FAILED":
      return details?.map((detail) => detail.message).join("; ") ?? "Please check what you entered.";
    case "DUPLICATE_PRODUCT":
      return "There is a product of this name or number already.";
    case "VERSION_CONFLICT":
      return "Somebody has just changed this product; please look at it again.";
    case "PRODUCT_NOT_FOUND":
      return "This product is gone.";
    case "INVALID_CURSOR":
      return "This list has changed; it starts again from the top.";
    case "QUERY_TOO_COMPLEX":
      return "Please choose fewer filters.";
    case "TIMEOUT":
    case "ENGINE_UNREACHABLE":
    case "SERVICE_UNAVAILABLE":
      return `The shop is busy; please try again in ${retryAfter ?? 5} seconds.`;
    default:
      return "Something went wrong.";
  }
}

/** The codes worth repeating a request for, as the gateway itself says. */
export async function retryableCodes(execute: Execute): Promise<ReadonlySet<ErrorCode>> {
  const { data } = await execute(ErrorTableDocument, {});
  const table: ErrorTableQuery["errorCodes"] = data?.errorCodes ?? [];
  return new Set(table.filter((definition) => definition.retryable).map((definition) => definition.code));
}
