"""Payment 机构结算: institutions declare, confirm, are audited and paid; retention is released."""
