"""No business: what every other package of the domain stands on."""
