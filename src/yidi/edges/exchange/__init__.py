"""The exchange: messages between jurisdictions on other nodes, signed, kept until they are acknowledged."""
