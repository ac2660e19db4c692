-- What an institution is beside its level: provincial, psychiatric, ...; insured places' rules may ask for it.

ALTER TABLE institution ADD COLUMN traits TEXT NOT NULL DEFAULT '';
