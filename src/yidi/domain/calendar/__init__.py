"""Working days: which days the State Council's yearly notices make days of work and of rest."""
