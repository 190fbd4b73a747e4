"""Files of an old system: read in a process of their own, written with their mistakes, worked off
in the background."""
