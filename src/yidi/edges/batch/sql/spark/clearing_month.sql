-- Transpiled from ../clearing_month.sql by scripts/transpile_jobs.py: change that one, not this.
WITH entering AS (
  SELECT
    nation.care,
    nation.insured,
    nation.area,
    nation.scheme,
    CASE
      WHEN nation.business_day < CAST(:since AS DATE)
      THEN CASE WHEN nation.undoes = '' THEN 'late' ELSE 'late_undone' END
      WHEN nation.undoes = ''
      THEN 'settled'
      ELSE 'undone'
    END AS kind,
    nation.total_fen,
    nation.fund_fen,
    nation.account_fen
  FROM nation
  LEFT JOIN excluded
    ON excluded.settlement_key = nation.settlement_key
    AND excluded.settlement_id = nation.settlement_id
  LEFT JOIN carried
    ON carried.settlement_key = nation.settlement_key
    AND carried.settlement_id = nation.settlement_id
  WHERE
    nation.state = 'booked'
    AND nation.business_day < CAST(:until AS DATE)
    AND excluded.settlement_id IS NULL
    AND (
      nation.business_day >= CAST(:since AS DATE) OR NOT carried.settlement_id IS NULL
    )
)
SELECT
  care,
  insured,
  scheme,
  kind,
  COUNT(*) AS settlements,
  CAST(SUM(total_fen) AS BIGINT) AS total_fen,
  CAST(SUM(fund_fen) AS BIGINT) AS fund_fen,
  CAST(SUM(account_fen) AS BIGINT) AS account_fen
FROM entering
GROUP BY
  care,
  insured,
  scheme,
  kind
ORDER BY
  care NULLS LAST,
  insured NULLS LAST,
  scheme NULLS LAST,
  kind NULLS LAST
