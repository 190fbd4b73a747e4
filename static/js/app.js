// What every page does beyond links and forms. Each part is a small module; none is needed for a
// page to work: without JavaScript links are followed and forms are sent.
import { startBusy } from "./busy.js";
import { startFocus } from "./focus.js";
import { startGlass } from "./glass.js";
import { startKeys } from "./keys.js";
import { startNotices } from "./notices.js";
import { startTicks } from "./ticks.js";

startBusy();
startFocus();
startGlass();
startKeys();
startNotices();
startTicks();
