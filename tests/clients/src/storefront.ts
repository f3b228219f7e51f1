/** What a shop's front end does with the generated types: it stops compiling when the schema takes something away. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import {
  BasketDocument,
  CategoryPageDocument,
  ErrorTableDocument,
  FindProductDocument,
  MoreBrandsDocument,
  ProductPageDocument,
  SearchBoxDocument,
  SearchResultsDocument,
  type ChoiceFragment,
  type ErrorCategory,
  type ErrorCode,
  type ErrorSeverity,
  type ErrorTableQuery,
  type ProductCardFragment,
  type ProductDetailsFragment,
  type ProductFilter,
  type ProductSort,
  type SearchBoxQuery,
  type ShopFacetsFragment,
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

export interface Card extends ProductCardFragment {
  /** HTML of the name, its matches marked. */
  readonly title: string | null;
}

export interface Results {
  readonly cards: readonly Card[];
  readonly total: number;
  /** A facet that could not be counted is missing alone. */
  readonly facets: ShopFacetsFragment | null;
  readonly betterSpelling: string | null;
  readonly isRelaxed: boolean;
  readonly next: string | null;
  readonly complete: boolean;
}

/** One screen of results; `before` is the screen that it goes on from, null for the first one. */
export async function search(execute: Execute, choice: Choice, before: Results | null): Promise<Results | Failure[]> {
  const variables: SearchResultsQueryVariables = {
    words: choice.words,
    filter: filter(choice),
    sort: orders[choice.order],
    first: 24,
    after: before?.next ?? null,
    isFirstPage: before === null,
  };
  const { data, errors = [] } = await execute(SearchResultsDocument, variables);
  if (!data?.products) {
    return [...errors];
  }
  const { edges, pageInfo, report, totalCount, facets, didYouMean } = data.products;
  return {
    cards: edges.map(({ node, highlights }) => ({ ...node, title: marked(highlights, "name") })),
    total: totalCount,
    facets: before ? before.facets : (facets ?? null),
    betterSpelling: before ? before.betterSpelling : (didYouMean ?? null),
    // Pages by cursor go on with what the first one decided.
    isRelaxed: before ? before.isRelaxed : report.searches > 1,
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    complete: report.complete,
  };
}

type Highlights = readonly { readonly field: string; readonly fragments: readonly string[] }[] | null | undefined;

function marked(highlights: Highlights, field: string): string | null {
  return highlights?.find((highlight) => highlight.field === field)?.fragments[0] ?? null;
}

export type Suggestion = NonNullable<SearchBoxQuery["suggestions"]>[number];

export async function suggestions(execute: Execute, typed: string): Promise<readonly Suggestion[]> {
  const { data } = await execute(SearchBoxDocument, { typed });
  return data?.suggestions ?? [];
}

/** Where a suggestion leads. */
export function target({ kind, text, product: found }: Suggestion): string {
  switch (kind) {
    case "PRODUCT":
      return `/product/${found?.id ?? ""}`;
    case "CATEGORY":
      return `/category/${encodeURIComponent(text)}`;
    default:
      return `/search?brand=${encodeURIComponent(text)}`;
  }
}

/** The brands whose names contain what was typed; those that are chosen stay in the list. */
export async function brands(execute: Execute, words: string, typed: string): Promise<readonly ChoiceFragment[]> {
  const { data } = await execute(MoreBrandsDocument, { words, typed });
  return data?.products?.facets?.brand ?? [];
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

export interface Page {
  readonly details: ProductDetailsFragment;
  readonly similar: readonly ProductCardFragment[];
}

export async function product(execute: Execute, id: string): Promise<Page | null> {
  const { data } = await execute(ProductPageDocument, { id });
  return data?.product ? { details: data.product, similar: data.product.similar ?? [] } : null;
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
