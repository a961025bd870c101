"""The reference town as data: invented people and places that give exactly the figures of reference-town.json."""
