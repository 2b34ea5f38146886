import { advice } from "./advice";
import { accepting, answering, correcting, rejecting, supplierAnswers } from "./answering";
import { bench } from "./bench";
import { amazonShips, boxes, regions } from "./boxes";
import { settings, settingValues } from "./configuration";
import { costs } from "./costs";
import { exceptions } from "./exceptions";
import { activity, audits, health, lags, partners } from "./health";
import { answers, buying } from "./layouts";
import { box, moving, shipBy } from "./many";
import { numbered, receive } from "./numbered";
import { check, fulfilment, one, order, orders } from "./orders";
import { cancelling, joining, merging, privacy, splitting, units, unnumbered } from "./parts";
import { people } from "./people";
import { address, editing, placing } from "./placing";
import { products } from "./products";
import { purchases, suggestions } from "./purchases";
import { routing } from "./routing";
import { setup } from "./setup";
import { absent, bar, common, days, each, help, nav, palette, start, time, unsaved, views } from "./shell";
import { stock } from "./stock";
import { buy, hold, job, tag, toShip } from "./toShip";
import { transfers } from "./transfers";
import { uploads } from "./uploads";
import { manifests } from "./warehouses";
import { works } from "./works";

/** Every text of the console, in a file for each subject. A second language is a second folder of this shape. */
export const en = {
  product: "Packhorse",
  nav,
  signedOut: { title: "You are signed out.", text: "Close this tab, or sign in again.", again: "Sign in" },
  start,
  bar,
  common,
  absent,
  views,
  unsaved,
  days,
  each,
  time,
  order,
  fulfilment,
  check,
  ready: "Ready",
  toShip,
  buy,
  job,
  hold,
  tag,
  one,
  units,
  unnumbered,
  rejecting,
  accepting,
  answering,
  correcting,
  supplierAnswers,
  manifests,
  cancelling,
  splitting,
  joining,
  merging,
  privacy,
  orders,
  exceptions,
  advice,
  numbered,
  receive,
  purchases,
  suggestions,
  transfers,
  works,
  stock,
  health,
  uploads,
  bench,
  palette,
  people,
  costs,
  boxes,
  regions,
  address,
  amazonShips,
  editing,
  placing,
  answers,
  buying,
  activity,
  lags,
  partners,
  audits,
  shipBy,
  moving,
  box,
  routing,
  settings,
  settingValues,
  products,
  setup,
  help,
};

export type Texts = typeof en;
