// Print what ical.js finds in the feeds named, a JSON line for each, in the form of read.py.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import ICAL from "ical.js";

const { version } = JSON.parse(readFileSync("node_modules/ical.js/package.json", "utf8"));

function item(component) {
  const isTask = component.name === "vtodo";
  const [first, last] = isTask ? ["due", "due"] : ["dtstart", "dtend"];
  const text = (name) => component.getFirstPropertyValue(name).toString();
  const alarms = component
    .getAllSubcomponents("valarm")
    .map((alarm) => alarm.getFirstPropertyValue("trigger").toSeconds());
  const days = [text(first), text(last)];
  const name = component.name.toUpperCase();
  return [name, text("uid"), ...days, text("summary"), text("description"), alarms];
}

for (const file of process.argv.slice(2)) {
  const line = { reader: `ical.js ${version}`, file: basename(file) };
  try {
    const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
    line.name = calendar.getFirstPropertyValue("x-wr-calname");
    line.items = calendar.getAllSubcomponents().map(item);
  } catch (error) {
    line.error = String(error);
  }
  console.log(JSON.stringify(line));
}
