"""Load on a real node: a state of visits to settle, signed requests, a served process, clients, a proof."""
