"""The demonstration: a made nation on one node, and visits played against it through HTTP."""
