"""How requests travel to an exchange. Knows no exchange: names of groups, limits and addresses come in as data."""
