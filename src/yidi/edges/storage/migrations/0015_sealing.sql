-- Sealing: chains of hashes over facts about money, and signed seals over their heads.
-- Secrecy: wrapped data keys, and the encrypted values beside columns that are found by a keyed hash.

CREATE TABLE chain_link (
  jurisdiction TEXT NOT NULL,
  chain TEXT NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  fact TEXT NOT NULL,
  digest TEXT NOT NULL,
  head TEXT NOT NULL,
  linked_at TEXT NOT NULL,
  PRIMARY KEY (chain, number, jurisdiction)
);
CREATE INDEX chain_link_by_time ON chain_link (linked_at, jurisdiction);

CREATE TABLE chain_seal (
  jurisdiction TEXT NOT NULL,
  number BIGINT NOT NULL,
  previous TEXT NOT NULL,
  covered_until TEXT NOT NULL,
  heads BIGINT NOT NULL,
  digest TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  key_name TEXT NOT NULL,
  signature TEXT NOT NULL,
  sealed_at TEXT NOT NULL,
  PRIMARY KEY (number, jurisdiction)
);

CREATE TABLE sealed_head (
  jurisdiction TEXT NOT NULL,
  chain TEXT NOT NULL,
  number BIGINT NOT NULL,
  seal BIGINT NOT NULL,
  kind TEXT NOT NULL,
  fact TEXT NOT NULL,
  head TEXT NOT NULL,
  PRIMARY KEY (chain, number, jurisdiction)
);
CREATE INDEX sealed_head_by_seal ON sealed_head (seal, jurisdiction);

-- Not append only: with a new master key the wrappings of the old one are struck.
CREATE TABLE data_key (
  jurisdiction TEXT NOT NULL,
  purpose TEXT NOT NULL,
  generation BIGINT NOT NULL,
  master TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  in_force_from TEXT NOT NULL,
  PRIMARY KEY (jurisdiction, purpose, generation, master)
);

ALTER TABLE person ADD COLUMN certificate_no_cipher TEXT NOT NULL DEFAULT '';

ALTER TABLE credential ADD COLUMN number_cipher TEXT NOT NULL DEFAULT '';

ALTER TABLE directory_entry ADD COLUMN number_cipher TEXT NOT NULL DEFAULT '';
