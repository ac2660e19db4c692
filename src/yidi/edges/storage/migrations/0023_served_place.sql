-- For which jurisdictions this database is kept: written at a node's first start, compared at every later one.
-- Not a fact: nothing is decided by it.

CREATE TABLE served_place (
  jurisdiction TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (jurisdiction)
);
