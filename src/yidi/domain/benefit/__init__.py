"""In-scope amounts, a policy and the year's accumulators become each fund's and the person's share."""
