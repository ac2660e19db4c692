-- Care place: designated institutions and what they are open for.

CREATE TABLE institution (
  jurisdiction TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  grade TEXT NOT NULL,
  character TEXT NOT NULL,
  area TEXT NOT NULL,
  credit_code TEXT NOT NULL,
  state TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (institution_code, version, jurisdiction)
);
CREATE INDEX institution_by_name ON institution (name, jurisdiction);

CREATE TABLE service_opening (
  jurisdiction TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  service TEXT NOT NULL,
  disease_code TEXT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (institution_code, service, disease_code, version, jurisdiction)
);

CREATE TABLE sign_in (
  jurisdiction TEXT NOT NULL,
  sign_no TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  operator TEXT NOT NULL,
  signed_in_at TEXT NOT NULL,
  PRIMARY KEY (sign_no, jurisdiction)
);

CREATE TABLE sign_out (
  jurisdiction TEXT NOT NULL,
  sign_no TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  operator TEXT NOT NULL,
  signed_out_at TEXT NOT NULL,
  PRIMARY KEY (sign_no, jurisdiction)
);

CREATE TABLE stored_file (
  jurisdiction TEXT NOT NULL,
  file_no TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (file_no, jurisdiction)
);

CREATE TABLE item_mapping (
  jurisdiction TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  own_code TEXT NOT NULL,
  item_code TEXT NOT NULL,
  version BIGINT NOT NULL,
  own_name TEXT NOT NULL,
  list_type TEXT NOT NULL,
  state TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (institution_code, own_code, item_code, version, jurisdiction)
);
