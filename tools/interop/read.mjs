// Print the events of the feed on stdin as JSON, as ical.js reads them, and its version.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const { version } = JSON.parse(readFileSync("node_modules/ical.js/package.json", "utf8"));
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const items = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  const { uid, startDate, endDate, summary, description } = event;
  return [uid, startDate.toString(), endDate.toString(), summary, description];
});
console.log(JSON.stringify({ version, items }));
