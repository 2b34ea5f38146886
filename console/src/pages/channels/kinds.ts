import type { Schemas } from "../../api/client";
import { KINDS, MARKETPLACES } from "../../api/kinds";
import { t } from "../../texts";
import { countryName } from "../../ui/format";
import type { Question } from "../setup/NewDialog";

const text = t.setup.channels;
export type Kind = Schemas["ChannelKind"];
export type Part = "client_id" | "client_secret" | "token" | "webhook";

/** A credential that the dialog asks for, under its maker's name. */
export interface Credential {
  part: Part;
  label: string;
  hint?: string;
  example?: string;
  isNeeded: boolean;
}

/** Kinds whose webhook secret has to be known there: none is made here. */
const KNOWN_THERE: readonly Kind[] = ["shopify", "ebay"];

const EBAY = "https://api.ebay.com";
const EBAY_SANDBOX = "https://api.sandbox.ebay.com";

/** Amazon's shops by country. */
export const marketplaces = () =>
  Object.entries(MARKETPLACES)
    .map(([value, { country }]) => ({ value, label: countryName(country) }))
    .sort((one, other) => one.label.localeCompare(other.label));

/** What a new channel of a kind cannot be without. */
export function questionsOf(kind: Kind): readonly Question[] {
  const { questions } = text;
  if (kind === "offline") return [];
  if (kind === "ebay") {
    const { live, sandbox, ...question } = questions.ebay;
    const options = [
      { value: EBAY, label: live },
      { value: EBAY_SANDBOX, label: sandbox },
    ];
    return [{ name: "base_url", initial: EBAY, ...question, options }];
  }
  if (kind === "amazon")
    return [
      { name: "seller", ...questions.seller },
      { name: "marketplace", ...questions.marketplace, options: marketplaces() },
    ];
  return [{ name: "base_url", missing: questions.addressMissing, ...questions[kind] }];
}

const withScheme = (address: string) => (/^[a-z]+:\/\//i.test(address) ? address : `https://${address}`);

/** The settings of a new channel; an Amazon channel calls the endpoint of its marketplace. */
export function newChannel(name: string, kind: Kind, answers: Readonly<Record<string, string>>) {
  const { base_url, marketplace } = answers;
  const endpoint = MARKETPLACES[marketplace as keyof typeof MARKETPLACES]?.endpoint;
  return { ...answers, name, kind, base_url: base_url ? withScheme(base_url) : (endpoint ?? null) };
}

/** The ways to sign in to a kind: the parts of each. */
export const waysOf = (kind: Kind): readonly (readonly Part[])[] => KINDS[kind].sign_in_by;

/** The credentials of one of the ways, and the secret of webhooks where that is not the same. */
export function credentialsOf(kind: Kind, way: number): Credential[] {
  const names: Partial<Record<Part, Omit<Credential, "part" | "isNeeded">>> =
    kind === "offline" ? {} : text.credentials[kind];
  const { has_webhook_secret, signs_with_app } = KINDS[kind];
  const parts = waysOf(kind)[way] ?? [];
  const isOwn = has_webhook_secret && !(signs_with_app && parts.includes("client_secret"));
  return [...parts, ...(isOwn ? (["webhook"] as const) : [])].map((part) => ({
    part,
    label: part,
    ...names[part],
    isNeeded: part !== "webhook" || KNOWN_THERE.includes(kind),
  }));
}

/** Whether another secret can be made here that signs its webhooks. */
export const isRotated = (kind: Kind) => KINDS[kind].has_webhook_secret && !KINDS[kind].signs_with_app;
