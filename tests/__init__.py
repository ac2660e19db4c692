"""Tests mirror src; cases, contracts, simulation, journeys and house rules stand beside."""
