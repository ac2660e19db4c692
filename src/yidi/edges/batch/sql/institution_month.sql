-- What every institution settled in a span, per scheme and kind of line: the total it declares
-- (regulation 5.2, step 14). Reads care; an undone settlement is a negative line of its own.
SELECT
  care,
  institution_code,
  scheme,
  CASE WHEN undoes = '' THEN 'settled' ELSE 'undone' END AS kind,
  COUNT(*) AS settlements,
  CAST(SUM(total_fen) AS BIGINT) AS total_fen,
  CAST(SUM(fund_fen) AS BIGINT) AS fund_fen,
  CAST(SUM(account_fen) AS BIGINT) AS account_fen
FROM care
WHERE state = 'booked' AND business_day >= CAST($since AS DATE) AND business_day < CAST($until AS DATE)
GROUP BY care, institution_code, scheme, CASE WHEN undoes = '' THEN 'settled' ELSE 'undone' END
ORDER BY care, institution_code, scheme, kind
