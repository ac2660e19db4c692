"""Settlement 结算: trial, settlement over five durable hops, cancellation, and the statement."""
