"""The simulator: real decisions, journal and storage under simulated time, network, disk and chance."""
